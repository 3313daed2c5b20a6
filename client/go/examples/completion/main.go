// One question, one answer, with what it used and cost.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{}) // INFERWIRE_SERVER says where
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Ask(context.Background(), "Why is the sky blue?",
		inferwire.WithSystem("Answer in one sentence."), inferwire.WithTemperature(0.2))
	if err != nil {
		log.Fatal(err)
	}
	cost, _ := answer.Cost()
	fmt.Println(answer.Text())
	fmt.Println(answer.Usage().GetTotalTokens(), "tokens, USD", cost)
}
