// A function of this program that the model has called, and its answer with what came of it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"github.com/openai/openai-go/v3"
)

// Place is what the model has to say.
type Place struct {
	City string `json:"city"`
}

func weather(_ context.Context, at Place) (string, error) {
	return "18 degrees and rain in " + at.City, nil
}

func main() {
	client := openai.NewClient()
	ctx := context.Background()
	params := openai.ChatCompletionNewParams{
		Model: openai.ChatModelGPT4_1Mini,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage("Use get_weather: do I need an umbrella in Paris?"),
		},
		Tools: []openai.ChatCompletionToolUnionParam{
			openai.ChatCompletionFunctionTool(openai.FunctionDefinitionParam{
				Name:        "get_weather",
				Description: openai.String("The weather of a city now."),
				Strict:      openai.Bool(true),
				Parameters: openai.FunctionParameters{
					"type": "object",
					"properties": map[string]any{
						"city": map[string]string{"type": "string", "description": "in English"},
					},
					"required":             []string{"city"},
					"additionalProperties": false,
				},
			}),
		},
	}
	tokens := int64(0)
	for round := 1; round <= 5; round++ {
		answer, err := client.Chat.Completions.New(ctx, params)
		if err != nil {
			log.Fatal(err)
		}
		tokens += answer.Usage.TotalTokens
		message := answer.Choices[0].Message
		params.Messages = append(params.Messages, message.ToParam())
		if len(message.ToolCalls) == 0 {
			fmt.Println(message.Content)
			fmt.Println(round, "rounds,", tokens, "tokens")
			return
		}
		for _, call := range message.ToolCalls {
			result := "there is no such function"
			if call.Function.Name == "get_weather" {
				var at Place
				err := json.Unmarshal([]byte(call.Function.Arguments), &at)
				if err == nil {
					result, err = weather(ctx, at)
				}
				if err != nil {
					result = "error: " + err.Error()
				}
			}
			params.Messages = append(params.Messages, openai.ToolMessage(result, call.ID))
		}
	}
	log.Fatal("the model still asks for tools")
}
