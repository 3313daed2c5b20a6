// A batch: created, watched until it has ended, and its results. The request id makes a repetition
// of this program find the same batch again.
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

func questions(yield func(*llmgatev1.BatchItem) bool) {
	for n := range 20 {
		params := llmgate.Ask(fmt.Sprintf("What is the square of %d?", n), llmgate.DefaultModel)
		item := &llmgatev1.BatchItem{CustomId: strconv.Itoa(n), Body: &llmgatev1.BatchItem_ChatCompletion{ChatCompletion: params}}
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
	ctx := context.Background()

	created, err := client.CreateBatch(ctx, &llmgatev1.BatchHeader{RequestId: "example-go"}, questions)
	if err != nil {
		log.Fatal(err)
	}
	for batch, err := range client.WatchBatch(ctx, created.Batch.BatchId) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(batch.State, batch.Counts.GetSucceeded(), "of", batch.Counts.GetTotal())
	}
	for result, err := range client.BatchResults(ctx, created.Batch.BatchId, 0) {
		switch {
		case err != nil:
			log.Fatal(err)
		case result.Err != nil:
			fmt.Println(result.CustomID, result.Err)
		default:
			fmt.Println(result.CustomID, result.Text())
		}
	}
}
