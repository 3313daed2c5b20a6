// Fifty questions on one stream, at most 16 at a time; one failure ends no other.
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
	questions := make([]string, 50)
	for i := range questions {
		questions[i] = fmt.Sprintf("What is the square of %d?", i)
	}
	many := client.CompleteMany(context.Background(), client.Items(questions), inferwire.ManyOptions{MaxInFlight: 16})
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
	fmt.Println(many.Progress().Succeeded, "of", len(questions))
}
