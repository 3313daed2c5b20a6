// What the models cost and can do, and what a request would cost; no provider is called.
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
	defer client.Close()
	ctx := context.Background()

	request := &inferwirev1.ListModelsRequest{Filter: "features:structured_outputs", OrderBy: "price.input"}
	for model, err := range client.ListModels(ctx, request) {
		if err != nil {
			log.Fatal(err)
		}
		for _, price := range model.Prices {
			if price.ServiceTier == "standard" && price.Kind == "input" {
				fmt.Printf("%-24s %8.2f USD per million input tokens\n", model.ModelId, float64(price.MicroUsdPerMillionTokens)/1e6)
			}
		}
	}
	estimate, err := client.Estimate(ctx, &inferwirev1.EstimateRequest{Params: inferwire.Ask("Why is the sky blue?", "gpt-4.1-mini")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(estimate.InputTokens, "input tokens")
}
