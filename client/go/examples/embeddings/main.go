// Which of some texts is nearest in meaning to a question, and whether one may be shown.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	texts := []string{"Cats sleep most of the day.", "The train leaves at nine.", "Bread needs flour and water."}
	vectors, err := client.EmbedTexts(ctx, append(texts, "When do we depart?"))
	if err != nil {
		log.Fatal(err)
	}
	nearest, most := 0, float32(-1)
	for i := range texts {
		if near := product(vectors[i], vectors[len(texts)]); near > most {
			nearest, most = i, near
		}
	}
	fmt.Println(texts[nearest])

	results, err := client.ModerateTexts(ctx, texts)
	if err != nil {
		log.Fatal(err)
	}
	for i, result := range results {
		fmt.Println(texts[i], "flagged:", result.Flagged)
	}
}

func product(a, b []float32) (sum float32) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
