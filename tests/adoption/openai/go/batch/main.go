// A batch: created, watched until it has ended, and its results.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/openai/openai-go/v3"
)

type line struct {
	CustomID string         `json:"custom_id"`
	Method   string         `json:"method"`
	URL      string         `json:"url"`
	Body     map[string]any `json:"body"`
}

type result struct {
	CustomID string `json:"custom_id"`
	Response struct {
		Body openai.ChatCompletion `json:"body"`
	} `json:"response"`
}

func main() {
	client := openai.NewClient()
	ctx := context.Background()
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for i := range 20 {
		err := encoder.Encode(line{
			CustomID: fmt.Sprint(i),
			Method:   "POST",
			URL:      "/v1/chat/completions",
			Body: map[string]any{
				"model":    openai.ChatModelGPT4_1Mini,
				"messages": []map[string]string{{"role": "user", "content": fmt.Sprintf("What is the square of %d?", i)}},
			},
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	input, err := client.Files.New(ctx, openai.FileNewParams{
		File:    openai.File(&lines, "questions.jsonl", "application/jsonl"),
		Purpose: openai.FilePurposeBatch,
	})
	if err != nil {
		log.Fatal(err)
	}
	batch, err := client.Batches.New(ctx, openai.BatchNewParams{
		InputFileID:      input.ID,
		Endpoint:         openai.BatchNewParamsEndpointV1ChatCompletions,
		CompletionWindow: openai.BatchNewParamsCompletionWindow24h,
	})
	if err != nil {
		log.Fatal(err)
	}
	for batch.Status == "validating" || batch.Status == "in_progress" || batch.Status == "finalizing" {
		time.Sleep(time.Second)
		if batch, err = client.Batches.Get(ctx, batch.ID); err != nil {
			log.Fatal(err)
		}
		fmt.Println(batch.Status, batch.RequestCounts.Completed, "of", batch.RequestCounts.Total)
	}
	for _, id := range []string{batch.OutputFileID, batch.ErrorFileID} {
		if id == "" {
			continue
		}
		content, err := client.Files.Content(ctx, id)
		if err != nil {
			log.Fatal(err)
		}
		defer content.Body.Close()
		scanner := bufio.NewScanner(content.Body)
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			var each result
			if err := json.Unmarshal(scanner.Bytes(), &each); err != nil {
				log.Fatal(err)
			}
			if choices := each.Response.Body.Choices; len(choices) > 0 {
				fmt.Println(each.CustomID, choices[0].Message.Content)
			} else {
				fmt.Println(each.CustomID, scanner.Text())
			}
		}
		if err := scanner.Err(); err != nil {
			log.Fatal(err)
		}
	}
}
