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

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func questions(yield func(*inferwirev1.BatchItem) bool) {
	for n := range 20 {
		params := inferwire.Ask(fmt.Sprintf("What is the square of %d?", n), inferwire.DefaultModel)
		item := &inferwirev1.BatchItem{CustomId: strconv.Itoa(n), Body: &inferwirev1.BatchItem_ChatCompletion{ChatCompletion: params}}
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
	ctx := context.Background()

	created, err := client.CreateBatch(ctx, &inferwirev1.BatchHeader{RequestId: "example-go"}, questions)
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
