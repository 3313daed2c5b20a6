// Vectors of any number of texts at the batch price. Items of responses, moderations, images and texts
// are made and read the same way.
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
	items := func(yield func(*inferwirev1.BatchItem) bool) { // each is made when it is sent
		for chapter := range 20 {
			text := fmt.Sprintf("The text of chapter %d.", chapter)
			params := &inferwirev1.EmbeddingParams{Model: inferwire.DefaultEmbeddingModel, Input: []string{text}}
			if !yield(inferwire.NewBatchItem(fmt.Sprint("chapter-", chapter), params)) {
				return
			}
		}
	}
	created, err := client.CreateBatch(ctx, &inferwirev1.BatchHeader{RequestId: "example-go-embeddings"}, items)
	if err != nil {
		log.Fatal(err)
	}
	for result, err := range client.BatchResults(ctx, created.Batch.BatchId, 0) {
		switch {
		case err != nil:
			log.Fatal(err)
		case result.Err != nil:
			fmt.Println(result.CustomID, result.Err)
		default:
			fmt.Println(result.CustomID, len(result.Vectors()[0]), "numbers")
		}
	}
}
