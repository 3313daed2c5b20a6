// A batch: created, watched until it has ended, and its results. The request id makes a repetition
// of this program find the same batch again.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	questions := make([]string, 20)
	for i := range questions {
		questions[i] = fmt.Sprintf("What is the square of %d?", i)
	}
	created, err := client.CreateBatch(ctx, &inferwirev1.BatchHeader{RequestId: "example-go"}, client.BatchItems(questions))
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
