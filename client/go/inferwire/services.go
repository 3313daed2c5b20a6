package inferwire

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"google.golang.org/grpc"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Used by the calls that take text.
const (
	DefaultEmbeddingModel  = "text-embedding-3-small"
	DefaultModerationModel = "omni-moderation-latest"
	DefaultTextModel       = "gpt-3.5-turbo-instruct"
	DefaultImageModel      = "gpt-image-1"
)

// RespondText makes a response: text in, text out.
func (c *Client) RespondText(ctx context.Context, input string, options ...grpc.CallOption) (string, error) {
	response, err := c.Respond(ctx, &inferwirev1.CreateResponseRequest{Params: c.respondTo(input)}, options...)
	return ResponseText(response.GetResponse()), err
}

// Respond makes a response.
func (c *Client) Respond(ctx context.Context, request *inferwirev1.CreateResponseRequest, options ...grpc.CallOption) (*inferwirev1.CreateResponseResponse, error) {
	return inferwirev1.NewResponsesServiceClient(c.Channel()).CreateResponse(ctx, request, options...)
}

func (c *Client) respondTo(input string) *inferwirev1.ResponseParams {
	model := c.model(DefaultModel)
	return &inferwirev1.ResponseParams{Model: &model, Input: &input}
}

// ResponseText is all of the answer's text; what the model refused with, if it refused.
func ResponseText(response *inferwirev1.Response) string {
	var text, refusal strings.Builder
	for _, item := range response.GetOutput() {
		for _, content := range item.GetContentParts() {
			if content.GetType() == "output_text" {
				text.WriteString(content.GetText())
			}
			refusal.WriteString(content.GetRefusal())
		}
	}
	return or(response.GetOutputText(), or(text.String(), refusal.String()))
}

// EmbedTexts gives one vector for each text, in their order.
func (c *Client) EmbedTexts(ctx context.Context, texts []string, options ...grpc.CallOption) ([][]float32, error) {
	params := &inferwirev1.EmbeddingParams{Model: DefaultEmbeddingModel, Input: texts}
	response, err := c.Embed(ctx, &inferwirev1.EmbedRequest{Params: params}, options...)
	if err != nil {
		return nil, err
	}
	return Vectors(response.GetResult()), nil
}

// Embed as the request says; Vectors has the answer's in the order of the inputs.
func (c *Client) Embed(ctx context.Context, request *inferwirev1.EmbedRequest, options ...grpc.CallOption) (*inferwirev1.EmbedResponse, error) {
	return inferwirev1.NewEmbeddingsServiceClient(c.Channel()).Embed(ctx, request, options...)
}

// EmbedEvent is one event of streamed embeddings.
type EmbedEvent struct {
	Message *inferwirev1.StreamEmbedResponse
}

// Embedding is one vector; its index says of which input. Nil for the gateway's events (started, completed).
func (e EmbedEvent) Embedding() *inferwirev1.Embedding { return e.Message.GetEmbedding() }

// Completed is the last event's count, usage and gateway info; else nil.
func (e EmbedEvent) Completed() *inferwirev1.StreamEmbedCompleted { return e.Message.GetCompleted() }

// StreamEmbed gives each embedding as it arrives, of any number of inputs. It begins when the loop
// begins; leaving the loop cancels it, here and upstream. An error is the loop's last element.
func (c *Client) StreamEmbed(ctx context.Context, request *inferwirev1.StreamEmbedRequest, options ...grpc.CallOption) iter.Seq2[EmbedEvent, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamEmbedResponse], error) {
		return inferwirev1.NewEmbeddingsServiceClient(c.Channel()).StreamEmbed(ctx, request, options...)
	}
	messages := read(ctx, c, open, func(m *inferwirev1.StreamEmbedResponse) bool { return m.GetCompleted() != nil })
	return func(yield func(EmbedEvent, error) bool) {
		messages(func(message *inferwirev1.StreamEmbedResponse, err error) bool {
			return yield(EmbedEvent{message}, err)
		})
	}
}

// Vectors in the order of the inputs, whatever the order of the answer.
func Vectors(result *inferwirev1.EmbeddingResult) [][]float32 {
	sorted := slices.SortedFunc(slices.Values(result.GetEmbeddings()), func(a, b *inferwirev1.Embedding) int {
		return cmp.Compare(a.GetIndex(), b.GetIndex())
	})
	vectors := make([][]float32, 0, len(sorted))
	for _, embedding := range sorted {
		vectors = append(vectors, embedding.GetValues())
	}
	return vectors
}

// ModerateTexts gives one result for each text. A flagged text is a result, not an error.
func (c *Client) ModerateTexts(ctx context.Context, texts []string, options ...grpc.CallOption) ([]*inferwirev1.ModerationResult, error) {
	model := DefaultModerationModel
	params := &inferwirev1.ModerationParams{Model: &model, Input: texts}
	response, err := c.Moderate(ctx, &inferwirev1.ModerateRequest{Params: params}, options...)
	return response.GetModeration().GetResults(), err
}

// Moderate as the request says.
func (c *Client) Moderate(ctx context.Context, request *inferwirev1.ModerateRequest, options ...grpc.CallOption) (*inferwirev1.ModerateResponse, error) {
	return inferwirev1.NewModerationsServiceClient(c.Channel()).Moderate(ctx, request, options...)
}

// ContinueText says how a text goes on, by a model that knows no chats.
func (c *Client) ContinueText(ctx context.Context, prompt string, options ...grpc.CallOption) (string, error) {
	params := &inferwirev1.TextCompletionParams{Model: DefaultTextModel, Prompt: []string{prompt}}
	response, err := c.Continue(ctx, &inferwirev1.CompleteTextRequest{Params: params}, options...)
	return firstText(response.GetCompletion()), err
}

// Continue is TextCompletionsService.CompleteText: how texts go on.
func (c *Client) Continue(ctx context.Context, request *inferwirev1.CompleteTextRequest, options ...grpc.CallOption) (*inferwirev1.CompleteTextResponse, error) {
	return inferwirev1.NewTextCompletionsServiceClient(c.Channel()).CompleteText(ctx, request, options...)
}

func firstText(completion *inferwirev1.TextCompletion) string {
	for _, choice := range completion.GetChoices() {
		if choice.GetIndex() == 0 {
			return choice.GetText()
		}
	}
	return ""
}

// TextEvent is one event of a streamed text completion.
type TextEvent struct {
	Message *inferwirev1.StreamCompleteTextResponse
}

// Text is what this event adds to the text of the first choice; empty for all other events.
func (e TextEvent) Text() string { return firstText(e.Message.GetChunk()) }

// Completed is the last event's usage, gateway info and, if asked for, whole answer; else nil.
func (e TextEvent) Completed() *inferwirev1.StreamCompleteTextCompleted {
	return e.Message.GetCompleted()
}

// StreamContinue is TextCompletionsService.StreamCompleteText. It begins when the loop begins; leaving
// the loop cancels it, here and upstream. An error is the loop's last element.
func (c *Client) StreamContinue(ctx context.Context, request *inferwirev1.StreamCompleteTextRequest, options ...grpc.CallOption) iter.Seq2[TextEvent, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamCompleteTextResponse], error) {
		return inferwirev1.NewTextCompletionsServiceClient(c.Channel()).StreamCompleteText(ctx, request, options...)
	}
	messages := read(ctx, c, open, func(m *inferwirev1.StreamCompleteTextResponse) bool { return m.GetCompleted() != nil })
	return func(yield func(TextEvent, error) bool) {
		messages(func(message *inferwirev1.StreamCompleteTextResponse, err error) bool {
			return yield(TextEvent{message}, err)
		})
	}
}

// GenerateImage draws one: its Data, or its Url.
func (c *Client) GenerateImage(ctx context.Context, prompt string, options ...grpc.CallOption) (*inferwirev1.Image, error) {
	model := DefaultImageModel
	params := &inferwirev1.ImageParams{Model: &model, Prompt: prompt}
	response, err := c.GenerateImages(ctx, &inferwirev1.GenerateImagesRequest{Params: params}, options...)
	if images := response.GetResult().GetImages(); len(images) > 0 {
		return images[0], err
	}
	return nil, err
}

// GenerateImages as the request says.
func (c *Client) GenerateImages(ctx context.Context, request *inferwirev1.GenerateImagesRequest, options ...grpc.CallOption) (*inferwirev1.GenerateImagesResponse, error) {
	return inferwirev1.NewImagesServiceClient(c.Channel()).GenerateImages(ctx, request, options...)
}

// Picture is an image, or a preview of it, all of whose parts have come.
type Picture struct {
	Index   int
	Preview *int32 // nil: the image itself
	Data    []byte
}

// ImageEvent is one event of streamed images.
type ImageEvent struct {
	Message *inferwirev1.StreamGenerateImagesResponse
	// With the last part of an image or preview: all of it.
	Picture *Picture
}

// Completed is the last event's usage, gateway info and what was said beside the images; else nil.
func (e ImageEvent) Completed() *inferwirev1.ImageStreamCompleted { return e.Message.GetCompleted() }

// StreamImages makes images of any size, with previews while they are made. It begins when the loop
// begins; leaving the loop cancels it, here and upstream. An error is the loop's last element.
func (c *Client) StreamImages(ctx context.Context, request *inferwirev1.StreamGenerateImagesRequest, options ...grpc.CallOption) iter.Seq2[ImageEvent, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamGenerateImagesResponse], error) {
		return inferwirev1.NewImagesServiceClient(c.Channel()).StreamGenerateImages(ctx, request, options...)
	}
	messages := read(ctx, c, open, func(m *inferwirev1.StreamGenerateImagesResponse) bool { return m.GetCompleted() != nil })
	return func(yield func(ImageEvent, error) bool) {
		var data []byte
		messages(func(message *inferwirev1.StreamGenerateImagesResponse, err error) bool {
			event := ImageEvent{Message: message}
			if part := message.GetPart(); part != nil {
				data = append(data, part.GetData()...)
				if part.GetLast() {
					event.Picture = &Picture{int(part.GetIndex()), part.PartialImageIndex, data}
					data = nil
				}
			}
			return yield(event, err)
		})
	}
}
