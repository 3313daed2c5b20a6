// An answer within ten seconds, or none.
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
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	answer, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
		Model: openai.ChatModelGPT4_1Mini,
		Messages: []openai.ChatCompletionMessageParamUnion{
			openai.UserMessage("Why is the sky blue?"),
		},
	})
	if errors.Is(err, context.DeadlineExceeded) {
		fmt.Println("no answer in time")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)
}
