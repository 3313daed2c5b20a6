// A call that the SDK tries again until the provider answers.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client := openai.NewClient(option.WithMaxRetries(5))
	answer, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model: openai.ChatModelGPT4_1Mini,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage("Why is the sky blue?"),
		},
	})
	if err != nil {
		var failure *openai.Error
		if errors.As(err, &failure) {
			log.Fatalf("%s, status %d", failure.Code, failure.StatusCode)
		}
		log.Fatal(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)
}
