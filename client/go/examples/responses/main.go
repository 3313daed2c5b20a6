// A response as text, one that is streamed while it is worked on in the background, and what was
// kept of it.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	text, err := client.RespondText(ctx, "Say hello in five languages.")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)

	// In the background: if the connection breaks, the stream goes on where it broke.
	stream := client.StreamResponse(ctx, &inferwirev1.StreamResponseRequest{Params: &inferwirev1.ResponseParams{
		Model: proto.String("gpt-4.1-mini"), Input: proto.String("Why is the sky blue?"), Background: proto.Bool(true)}})
	for event, err := range stream.Events() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(event.Text())
	}

	// Every other RPC is a stub's.
	responses := inferwirev1.NewResponsesServiceClient(client.Channel())
	kept, err := responses.GetResponse(ctx, &inferwirev1.GetResponseRequest{ResponseId: stream.ResponseID()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("\n", kept.Response.Status, kept.Response.GetUsage().GetTotalTokens(), "tokens")
}
