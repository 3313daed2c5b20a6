// The calls of the services beside chat, against a gateway that says what it was told to say: plain
// values, and streams of responses that break and go on.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func must(holds bool, what string, values ...any) {
	if !holds {
		panic(fmt.Sprint(what, " ", fmt.Sprint(values...)))
	}
}

func reason(err error) string {
	var failure *inferwire.Error
	if !errors.As(err, &failure) {
		return fmt.Sprint(err)
	}
	return failure.Reason
}

// Of the whole response: what comes before the break, and after it.
var kinds = []string{"response.created", "response.output_text.delta", "response.output_text.delta",
	"response.output_text.delta", "response.completed"}
var deltas = []string{"", "one ", "two ", "three", ""}

func event(number int) *inferwirev1.StreamResponseResponse {
	said := &inferwirev1.ResponseEvent{Type: kinds[number], SequenceNumber: proto.Int64(int64(number))}
	if deltas[number] != "" {
		said.Delta = &deltas[number]
	} else {
		said.Response = &inferwirev1.Response{Id: proto.String("resp_1")}
	}
	return &inferwirev1.StreamResponseResponse{Event: &inferwirev1.StreamResponseResponse_ResponseEvent{ResponseEvent: said}}
}

type responses struct {
	inferwirev1.UnimplementedResponsesServiceServer
	mutex    sync.Mutex
	requests []*inferwirev1.StreamResponseRequest
}

// Breaks each new stream after its third event, and repeats one event when it goes on.
func (r *responses) StreamResponse(request *inferwirev1.StreamResponseRequest, stream grpc.ServerStreamingServer[inferwirev1.StreamResponseResponse]) error {
	r.mutex.Lock()
	r.requests = append(r.requests, request)
	r.mutex.Unlock()
	started := &inferwirev1.UpstreamStarted{Gateway: &inferwirev1.GatewayInfo{Upstream: "first"}}
	first, end := 0, 3
	if request.Resume != nil {
		first, end = int(request.Resume.GetStartingAfter()), len(kinds)
	}
	err := stream.Send(&inferwirev1.StreamResponseResponse{Event: &inferwirev1.StreamResponseResponse_Started{Started: started}})
	for ; first < end && err == nil; first++ {
		err = stream.Send(event(first))
	}
	if err != nil || request.Resume == nil {
		return errors.Join(err, status.Error(codes.Unavailable, "broken"))
	}
	completed := &inferwirev1.ResponseStreamCompleted{ResponseId: "resp_1"}
	return stream.Send(&inferwirev1.StreamResponseResponse{Event: &inferwirev1.StreamResponseResponse_Completed{Completed: completed}})
}

func (r *responses) CreateResponse(_ context.Context, request *inferwirev1.CreateResponseRequest) (*inferwirev1.CreateResponseResponse, error) {
	text := request.GetParams().GetInput() + " " + request.GetOptions().GetIdempotencyKey()
	return &inferwirev1.CreateResponseResponse{Response: &inferwirev1.Response{OutputText: &text}}, nil
}

func (r *responses) GetResponse(_ context.Context, request *inferwirev1.GetResponseRequest) (*inferwirev1.GetResponseResponse, error) {
	if request.ResponseId != "resp_1" {
		return nil, status.Error(codes.NotFound, "no such response")
	}
	return &inferwirev1.GetResponseResponse{Response: &inferwirev1.Response{Id: &request.ResponseId}}, nil
}

type others struct {
	inferwirev1.UnimplementedEmbeddingsServiceServer
	inferwirev1.UnimplementedModerationsServiceServer
	inferwirev1.UnimplementedTextCompletionsServiceServer
	inferwirev1.UnimplementedImagesServiceServer
}

func (others) Embed(_ context.Context, request *inferwirev1.EmbedRequest) (*inferwirev1.EmbedResponse, error) {
	result := &inferwirev1.EmbeddingResult{}
	for i, text := range request.Params.Input { // the last one first
		made := &inferwirev1.Embedding{Index: int32(i), Values: []float32{float32(len(text))}}
		result.Embeddings = append([]*inferwirev1.Embedding{made}, result.Embeddings...)
	}
	return &inferwirev1.EmbedResponse{Result: result}, nil
}

func (others) Moderate(_ context.Context, request *inferwirev1.ModerateRequest) (*inferwirev1.ModerateResponse, error) {
	made := &inferwirev1.Moderation{}
	for _, text := range request.Params.Input {
		made.Results = append(made.Results, &inferwirev1.ModerationResult{Flagged: strings.Contains(text, "bad")})
	}
	return &inferwirev1.ModerateResponse{Moderation: made}, nil
}

func (others) CompleteText(_ context.Context, request *inferwirev1.CompleteTextRequest) (*inferwirev1.CompleteTextResponse, error) {
	return &inferwirev1.CompleteTextResponse{Completion: textOf(request.Params.Prompt[0] + " on")}, nil
}

func textOf(text string) *inferwirev1.TextCompletion {
	return &inferwirev1.TextCompletion{Choices: []*inferwirev1.TextChoice{{Text: text}}}
}

func (others) StreamCompleteText(request *inferwirev1.StreamCompleteTextRequest, stream grpc.ServerStreamingServer[inferwirev1.StreamCompleteTextResponse]) error {
	chunk := &inferwirev1.StreamCompleteTextResponse_Chunk{Chunk: textOf("goes on")}
	err := stream.Send(&inferwirev1.StreamCompleteTextResponse{Event: chunk})
	if err != nil || request.Params.Prompt[0] == "cut" {
		return err
	}
	completed := &inferwirev1.StreamCompleteTextResponse_Completed{Completed: &inferwirev1.StreamCompleteTextCompleted{}}
	return stream.Send(&inferwirev1.StreamCompleteTextResponse{Event: completed})
}

func (others) GenerateImages(context.Context, *inferwirev1.GenerateImagesRequest) (*inferwirev1.GenerateImagesResponse, error) {
	result := &inferwirev1.ImageResult{Images: []*inferwirev1.Image{{Data: []byte("PNG")}}}
	return &inferwirev1.GenerateImagesResponse{Result: result}, nil
}

func checkPlainValues(ctx context.Context, client *inferwire.Client) {
	text, err := client.RespondText(ctx, "Hi", inferwire.IdempotencyKey("key"))
	must(err == nil && text == "Hi key", "respond", text, err)
	vectors, err := client.EmbedTexts(ctx, []string{"a", "bb"})
	must(err == nil && len(vectors) == 2 && vectors[1][0] == 2, "embed", vectors, err)
	results, err := client.ModerateTexts(ctx, []string{"good", "bad"})
	must(err == nil && len(results) == 2 && !results[0].Flagged && results[1].Flagged, "moderate", results, err)
	text, err = client.ContinueText(ctx, "go")
	must(err == nil && text == "go on", "continue", text, err)
	image, err := client.GenerateImage(ctx, "a dog")
	must(err == nil && string(image.Data) == "PNG", "image", err)
	for prompt, wanted := range map[string]string{"it": "<nil>", "cut": inferwire.StreamTruncated} {
		request := &inferwirev1.StreamCompleteTextRequest{Params: &inferwirev1.TextCompletionParams{Prompt: []string{prompt}}}
		said, last := "", error(nil)
		for event, err := range client.StreamContinue(ctx, request) {
			if last = err; err == nil {
				said += event.Text()
			}
		}
		must(said == "goes on" && reason(last) == wanted, prompt, said, last)
	}
}

func checkChannel(ctx context.Context, client *inferwire.Client) {
	stub := inferwirev1.NewResponsesServiceClient(client.Channel())
	found, err := stub.GetResponse(ctx, &inferwirev1.GetResponseRequest{ResponseId: "resp_1"})
	must(err == nil && found.Response.GetId() == "resp_1", "get", err)
	_, err = stub.GetResponse(ctx, &inferwirev1.GetResponseRequest{})
	var failure *inferwire.Error
	must(errors.As(err, &failure) && failure.Code == codes.NotFound, "get of none", err)
	stream, err := stub.StreamResponse(ctx, &inferwirev1.StreamResponseRequest{})
	for err == nil {
		_, err = stream.Recv()
	}
	must(errors.As(err, &failure) && failure.Code == codes.Unavailable, "stream", err)
}

func read(stream *inferwire.ResponseStream) (text string, count int, last error) {
	for event, err := range stream.Events() {
		if last = err; err == nil {
			text, count = text+event.Text(), count+1
		}
	}
	return text, count, last
}

func checkStreams(ctx context.Context, client *inferwire.Client, server *responses) {
	lasting := &inferwirev1.StreamResponseRequest{Params: &inferwirev1.ResponseParams{Background: proto.Bool(true)}}
	stream := client.StreamResponse(ctx, lasting, inferwire.IdempotencyKey("key"))
	text, count, err := read(stream)
	must(err == nil && text == "one two three" && count == 7 && stream.Response() != nil, "goes on", text, count, err)
	first, again := server.requests[len(server.requests)-2], server.requests[len(server.requests)-1]
	must(again.Resume.ResponseId == "resp_1" && again.Resume.GetStartingAfter() == 2 && again.Resume.Upstream == "first", "resume", again)
	must(first.Options.IdempotencyKey == "key" && again.Options.GetIdempotencyKey() == "", "keys")

	stream = client.StreamResponseText(ctx, "Hi")
	_, err = stream.Resume(ctx)
	must(reason(err) == inferwire.NotResumable, "nothing to resume", err)
	text, _, err = read(stream)
	must(status.Code(err) == codes.Unavailable && text == "one two " && *stream.LastSequenceNumber() == 2, "breaks", text, err)
	rest, err := stream.Resume(ctx)
	must(err == nil, "resume", err)
	text, _, err = read(rest)
	must(err == nil && text == "three" && stream.Text() == "one two three", "by hand", text, err)

	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond) // it waits for longer before it goes on
	defer cancel()
	_, _, err = read(client.StreamResponse(short, lasting))
	must(status.Code(err) == codes.Unavailable, "ends with its context", err)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err == nil, "listen", err)
	server, own := grpc.NewServer(), &responses{}
	inferwirev1.RegisterResponsesServiceServer(server, own)
	inferwirev1.RegisterEmbeddingsServiceServer(server, others{})
	inferwirev1.RegisterModerationsServiceServer(server, others{})
	inferwirev1.RegisterTextCompletionsServiceServer(server, others{})
	inferwirev1.RegisterImagesServiceServer(server, others{})
	go func() { _ = server.Serve(listener) }()
	client, err := inferwire.Connect(listener.Addr().String(), inferwire.Options{})
	must(err == nil, "connect", err)
	ctx := context.Background()
	checkPlainValues(ctx, client)
	checkChannel(ctx, client)
	checkStreams(ctx, client, own)
	fmt.Println("ok")
}
