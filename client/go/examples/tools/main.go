// A function of this program that the model has called, and its answer with what came of it.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

// Place is what the model has to say.
type Place struct {
	City string `json:"city" description:"in English"`
}

func weather(_ context.Context, at Place) (string, error) {
	return "18 degrees and rain in " + at.City, nil
}

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	functions := []inferwire.Function{inferwire.Func("get_weather", "The weather of a city now.", weather)}
	run, err := inferwire.RunTools(context.Background(), client, "Use get_weather: do I need an umbrella in Paris?", 5, functions)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(run.Text())
	fmt.Println(run.Rounds, "rounds,", run.Usage().GetTotalTokens(), "tokens")
}
