// A hundred questions on one stream, at most 16 at a time; one failure ends no other.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func questions(yield func(*inferwirev1.CompleteManyItem) bool) {
	for n := range 100 {
		item := &inferwirev1.CompleteManyItem{
			ItemId: strconv.Itoa(n),
			Params: inferwire.Ask(fmt.Sprintf("What is the square of %d?", n), inferwire.DefaultModel),
		}
		if !yield(item) {
			return
		}
	}
}

func main() {
	client, err := inferwire.Connect(cmp.Or(os.Getenv("INFERWIRE_SERVER"), "localhost:50051"), inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	many := client.CompleteMany(context.Background(), questions, inferwire.ManyOptions{
		MaxInFlight: 16,
		OnProgress: func(p inferwire.Progress) {
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
