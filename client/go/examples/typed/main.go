// An answer that is a value of a type.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

// Recipe is what the answer looks like.
type Recipe struct {
	Name        string   `json:"name"`
	Minutes     int      `json:"minutes" description:"from start to table"`
	Difficulty  string   `json:"difficulty" enum:"easy,medium,hard"`
	Ingredients []string `json:"ingredients"`
}

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	recipe, err := inferwire.Parse[Recipe](context.Background(), client, "A recipe for pancakes.")
	if err != nil {
		log.Fatal(err) // errors.Is: inferwire.ErrRefused, ErrCutOff, ErrMismatch
	}
	fmt.Printf("%s (%s, %d minutes): %q\n", recipe.Value.Name, recipe.Value.Difficulty, recipe.Value.Minutes, recipe.Value.Ingredients)
}
