// Tokens as they arrive.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/openai/openai-go/v3"
)

func main() {
	client := openai.NewClient()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	stream := client.Chat.Completions.NewStreaming(ctx, openai.ChatCompletionNewParams{
		Model: openai.ChatModelGPT4_1Mini,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage("Why is the sky blue?"),
		},
	})
	defer stream.Close()
	for stream.Next() {
		chunk := stream.Current()
		if len(chunk.Choices) > 0 {
			fmt.Print(chunk.Choices[0].Delta.Content)
		}
	}
	if err := stream.Err(); err != nil {
		var failure *openai.Error
		if errors.As(err, &failure) {
			log.Fatalf("%s, status %d: %v", failure.Code, failure.StatusCode, failure)
		}
		log.Fatal(err)
	}
}
