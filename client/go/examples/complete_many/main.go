// A hundred questions on one stream, at most 16 at a time; one failure ends no other.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/llmgate/llmgate/client/go/llmgate"
	"github.com/llmgate/llmgate/client/go/llmgatev1"
)

func questions(yield func(*llmgatev1.CompleteManyItem) bool) {
	for n := range 100 {
		item := &llmgatev1.CompleteManyItem{
			ItemId: strconv.Itoa(n),
			Params: llmgate.Ask(fmt.Sprintf("What is the square of %d?", n), llmgate.DefaultModel),
		}
		if !yield(item) {
			return
		}
	}
}

func main() {
	client, err := llmgate.Connect(cmp.Or(os.Getenv("LLMGATE_SERVER"), "localhost:50051"), llmgate.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	many := client.CompleteMany(context.Background(), questions, llmgate.ManyOptions{
		MaxInFlight: 16,
		OnProgress: func(p llmgate.Progress) {
			fmt.Fprintf(os.Stderr, "%d done, %d running\n", p.Finished(), p.InFlight)
		},
	})
	for result, err := range many.Results() {
		switch {
		case err != nil:
			log.Fatal(err)
		case result.Err != nil:
			fmt.Println(result.ItemID, result.Err)
		default:
			fmt.Println(result.ItemID, result.Text())
		}
	}
}
