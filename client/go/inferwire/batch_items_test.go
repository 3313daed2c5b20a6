package inferwire

import (
	"errors"
	"io"
	"slices"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

type resultStream = grpc.ServerStreamingServer[inferwirev1.StreamBatchResultsResponse]

func TestBatchTakesItemsOfEveryEndpoint(t *testing.T) {
	model := proto.String("a-model")
	items := []*inferwirev1.BatchItem{
		NewBatchItem("chat", Ask("Hi", "a-model")),
		NewBatchItem("response", &inferwirev1.ResponseParams{Model: model, Input: proto.String("Hi")}),
		NewBatchItem("embedding", &inferwirev1.EmbeddingParams{Model: "a-model", Input: []string{"Hi"}}),
		NewBatchItem("text", &inferwirev1.TextCompletionParams{Model: "a-model", Prompt: []string{"Hi"}}),
		NewBatchItem("moderation", &inferwirev1.ModerationParams{Model: model, Input: []string{"Hi"}}),
		NewBatchItem("image", &inferwirev1.ImageParams{Model: model, Prompt: "Hi"}),
		NewBatchItem("edit", &inferwirev1.ImageEditParams{Model: model, Prompt: proto.String("Hi")}),
		NewBatchItem("nothing", (*inferwirev1.ImageEditParams)(nil)),
	}
	var got []*inferwirev1.BatchItem
	gateway := &fake{createBatch: func(stream grpc.ClientStreamingServer[inferwirev1.CreateBatchRequest, inferwirev1.CreateBatchResponse]) error {
		for {
			request, err := stream.Recv()
			if err != nil {
				return stream.SendAndClose(&inferwirev1.CreateBatchResponse{Batch: &inferwirev1.Batch{BatchId: "batch_1"}})
			}
			if request.GetItem() != nil {
				got = append(got, request.GetItem())
			}
		}
	}}
	created, err := gateway.client(t, Options{}).CreateBatch(t.Context(), nil, slices.Values(items))
	if err != nil || created.GetBatch().GetBatchId() != "batch_1" || len(got) != len(items) {
		t.Fatal(created, err, len(got))
	}
	for i, item := range items[:7] {
		body := item.ProtoReflect().WhichOneof(item.ProtoReflect().Descriptor().Oneofs().ByName("body"))
		if !proto.Equal(item, got[i]) || body == nil || got[i].GetCustomId() != item.GetCustomId() {
			t.Error(item, got[i])
		}
	}
}

func TestBatchResultsAreReadAlike(t *testing.T) {
	results := []*inferwirev1.BatchResult{
		{CustomId: "chat", Outcome: &inferwirev1.BatchResult_ChatCompletion{ChatCompletion: &inferwirev1.ChatCompletion{
			Choices: []*inferwirev1.Choice{{Message: Assistant("Hi")}}}}, Cost: &inferwirev1.Cost{TotalPicousd: proto.Int64(5)}},
		{CustomId: "response", Outcome: &inferwirev1.BatchResult_Response{Response: &inferwirev1.Response{OutputText: proto.String("Hi")}}},
		{CustomId: "text", Outcome: &inferwirev1.BatchResult_TextCompletion{TextCompletion: &inferwirev1.TextCompletion{
			Choices: []*inferwirev1.TextChoice{{Text: "Hi"}}}}},
		{CustomId: "embedding", Outcome: &inferwirev1.BatchResult_Embedding{Embedding: &inferwirev1.EmbeddingResult{
			Embeddings: []*inferwirev1.Embedding{{Index: 1, Values: []float32{2}}, {Index: 0, Values: []float32{1}}}}}},
		{CustomId: "moderation", Outcome: &inferwirev1.BatchResult_Moderation{Moderation: &inferwirev1.Moderation{
			Results: []*inferwirev1.ModerationResult{{Flagged: true}}}}},
		{CustomId: "image", Outcome: &inferwirev1.BatchResult_Image{Image: &inferwirev1.ImageResult{
			Images: []*inferwirev1.Image{{}}}}},
		{CustomId: "error", Outcome: &inferwirev1.BatchResult_Error{Error: &status.Status{Code: int32(codes.InvalidArgument)}}},
	}
	gateway := &fake{batchResults: func(_ *inferwirev1.StreamBatchResultsRequest, stream resultStream) error {
		for _, result := range results {
			event := &inferwirev1.StreamBatchResultsResponse_Result{Result: result}
			if err := stream.Send(&inferwirev1.StreamBatchResultsResponse{Event: event}); err != nil {
				return err
			}
		}
		return stream.Send(&inferwirev1.StreamBatchResultsResponse{Event: &inferwirev1.StreamBatchResultsResponse_End{}})
	}}
	got := map[string]BatchItemResult{}
	for result, err := range gateway.client(t, Options{}).BatchResults(t.Context(), "batch_1", 0) {
		if err != nil {
			t.Fatal(err)
		}
		got[result.CustomID] = result
	}
	for _, texts := range []string{"chat", "response", "text"} {
		if got[texts].Text() != "Hi" || got[texts].Err != nil || len(got[texts].Vectors()) > 0 {
			t.Error(texts, got[texts])
		}
	}
	if vectors := got["embedding"].Vectors(); len(vectors) != 2 || vectors[0][0] != 1 || got["embedding"].Text() != "" {
		t.Error(vectors)
	}
	if flags := got["moderation"].Moderations(); len(flags) != 1 || !flags[0].GetFlagged() || len(got["image"].Images()) != 1 {
		t.Error(flags, got["image"].Images())
	}
	if err := got["error"].Err; err == nil || err.Code != codes.InvalidArgument || got["error"].Text() != "" {
		t.Error(err)
	}
	cost, priced := got["chat"].Cost()
	if _, other := got["image"].Cost(); cost != 5 || !priced || other {
		t.Error(cost, priced, other)
	}
	if (BatchItemResult{}).Text() != "" || len((BatchItemResult{}).Vectors()) != 0 {
		t.Error("no result at all")
	}
}

func TestBatchWithAnItemThatCannotBeSentIsNone(t *testing.T) {
	gateway := &fake{createBatch: func(stream grpc.ClientStreamingServer[inferwirev1.CreateBatchRequest, inferwirev1.CreateBatchResponse]) error {
		for {
			if _, err := stream.Recv(); err == io.EOF {
				return stream.SendAndClose(&inferwirev1.CreateBatchResponse{Batch: &inferwirev1.Batch{BatchId: "batch_1"}})
			} else if err != nil {
				return err
			}
		}
	}}
	items := []*inferwirev1.BatchItem{NewBatchItem("good", Ask("Hi", "a-model")), NewBatchItem("bad", Ask("\xff", "a-model"))}
	created, err := gateway.client(t, Options{}).CreateBatch(t.Context(), nil, slices.Values(items))
	if failure := (*Error)(nil); created != nil || !errors.As(err, &failure) || failure.Reason != InvalidRequest {
		t.Error(created, err)
	}
}
