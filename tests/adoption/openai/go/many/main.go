// Fifty questions, at most 16 at a time; one failure ends no other.
package main

import (
	"context"
	"fmt"
	"log"
	"sync"

	"github.com/openai/openai-go/v3"
)

func main() {
	client := openai.NewClient()
	ctx := context.Background()
	answers := make([]string, 50)
	failures := make([]error, len(answers))
	slots := make(chan struct{}, 16)
	var running sync.WaitGroup
	for i := range answers {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			answer, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{
				Model: openai.ChatModelGPT4_1Mini,
				Messages: []openai.ChatCompletionMessageParamUnion{
					openai.UserMessage(fmt.Sprintf("What is the square of %d?", i)),
				},
			})
			if err != nil {
				failures[i] = err
				return
			}
			answers[i] = answer.Choices[0].Message.Content
		})
	}
	running.Wait()
	succeeded := 0
	for i, answer := range answers {
		if failures[i] != nil {
			log.Println(i, failures[i])
			continue
		}
		succeeded++
		fmt.Println(i, answer)
	}
	fmt.Println(succeeded, "of", len(answers))
}
