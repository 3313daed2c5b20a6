// An answer that is a value of a type.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/invopop/jsonschema"
	"github.com/openai/openai-go/v3"
)

// Recipe is what the answer looks like.
type Recipe struct {
	Name        string   `json:"name"`
	Minutes     int      `json:"minutes" jsonschema_description:"from start to table"`
	Difficulty  string   `json:"difficulty" jsonschema:"enum=easy,enum=medium,enum=hard"`
	Ingredients []string `json:"ingredients"`
}

func main() {
	client := openai.NewClient()
	reflector := jsonschema.Reflector{AllowAdditionalProperties: false, DoNotReference: true}
	answer, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model: openai.ChatModelGPT4_1Mini,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage("A recipe for pancakes."),
		},
		ResponseFormat: openai.ChatCompletionNewParamsResponseFormatUnion{
			OfJSONSchema: &openai.ResponseFormatJSONSchemaParam{
				JSONSchema: openai.ResponseFormatJSONSchemaJSONSchemaParam{
					Name:   "recipe",
					Schema: reflector.Reflect(Recipe{}),
					Strict: openai.Bool(true),
				},
			},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	choice := answer.Choices[0]
	if choice.Message.Refusal != "" || choice.FinishReason == "length" {
		log.Fatal("refused or cut off")
	}
	var recipe Recipe
	if err := json.Unmarshal([]byte(choice.Message.Content), &recipe); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s (%s, %d minutes): %q\n", recipe.Name, recipe.Difficulty, recipe.Minutes, recipe.Ingredients)
}
