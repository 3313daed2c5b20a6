// OpenAI's own SDK, unchanged but for its HTTP client, against a real gateway and its simulator:
// INFERWIRE_SERVER and SIMULATOR (its URL) say where they are.
package adoption

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

const model = "gpt-4.1-mini"

func sdk(t *testing.T, options ...option.RequestOption) *openai.Client {
	t.Helper()
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	moved := openai.NewClient(append(options, option.WithHTTPClient(inferwire.OpenAI(client)), option.WithAPIKey("sk-unused"))...)
	return &moved
}

func asking(model, text string) openai.ChatCompletionNewParams {
	return openai.ChatCompletionNewParams{Model: model,
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(text)}}
}

type stats struct {
	Requests, Completed, Aborts int
}

func simulator(t *testing.T) (seen stats) {
	t.Helper()
	answer, err := http.Get(strings.TrimSuffix(os.Getenv("SIMULATOR"), "/v1") + "/simulator/stats")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if err := json.NewDecoder(answer.Body).Decode(&seen); err != nil {
		t.Fatal(err)
	}
	return seen
}

// The provider's work has ended because its caller left. Asked again until it is so.
func aborted(t *testing.T, before stats) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); simulator(t).Aborts == before.Aborts; {
		if time.Now().After(until) {
			t.Fatal("the call goes on upstream")
		}
	}
}

func TestChat(t *testing.T) {
	var raw *http.Response
	answer, err := sdk(t).Chat.Completions.New(t.Context(), asking(model+"+echo", "Grüße, 世界"), option.WithResponseInto(&raw))
	if err != nil || answer.Choices[0].Message.Content != "Grüße, 世界" || answer.Usage.TotalTokens == 0 {
		t.Fatal(answer, err)
	}
	if raw.Header.Get("X-Request-Id") == "" || raw.Header.Get("X-Inferwire-Request-Id") == "" || raw.Header.Get("X-Inferwire-Cost-Picousd") == "" {
		t.Error(raw.Header)
	}
}

func TestStream(t *testing.T) {
	stream := sdk(t).Chat.Completions.NewStreaming(t.Context(), asking(model+"+tokens=20", "Hi"))
	accumulated, chunks := openai.ChatCompletionAccumulator{}, 0
	for stream.Next() {
		chunks++
		accumulated.AddChunk(stream.Current())
	}
	if err := stream.Err(); err != nil || chunks < 20 || accumulated.Choices[0].FinishReason != "length" && accumulated.Choices[0].FinishReason != "stop" {
		t.Fatal(chunks, err, accumulated)
	}
}

func TestStreamIsNotCollected(t *testing.T) {
	before := simulator(t)
	stream := sdk(t).Chat.Completions.NewStreaming(t.Context(), asking(model+"+stall=5+tokens=20", "Hi"))
	for range 4 { // the fifth never comes
		if !stream.Next() {
			t.Fatal(stream.Err())
		}
	}
	_ = stream.Close()
	aborted(t, before)
}

func TestTools(t *testing.T) {
	params := asking(model, "Please call get_weather.")
	params.Tools = []openai.ChatCompletionToolUnionParam{openai.ChatCompletionFunctionTool(openai.FunctionDefinitionParam{
		Name: "get_weather", Parameters: openai.FunctionParameters{"type": "object", "properties": map[string]any{"city": map[string]string{"type": "string"}}}})}
	client := sdk(t)
	answer, err := client.Chat.Completions.New(t.Context(), params)
	if err != nil || len(answer.Choices[0].Message.ToolCalls) == 0 {
		t.Fatal(answer, err)
	}
	message := answer.Choices[0].Message
	params.Messages = append(params.Messages, message.ToParam())
	for _, call := range message.ToolCalls {
		params.Messages = append(params.Messages, openai.ToolMessage("18 degrees", call.ID))
	}
	if answer, err = client.Chat.Completions.New(t.Context(), params); err != nil || answer.Choices[0].Message.Content == "" {
		t.Fatal(answer, err)
	}
}

func TestStructured(t *testing.T) {
	params := asking(model, "A city.")
	params.ResponseFormat = openai.ChatCompletionNewParamsResponseFormatUnion{OfJSONSchema: &openai.ResponseFormatJSONSchemaParam{
		JSONSchema: openai.ResponseFormatJSONSchemaJSONSchemaParam{Name: "city", Strict: openai.Bool(true), Schema: map[string]any{
			"type": "object", "properties": map[string]any{"name": map[string]string{"type": "string"}, "people": map[string]string{"type": "integer"}},
			"required": []string{"name", "people"}, "additionalProperties": false}}}}
	answer, err := sdk(t).Chat.Completions.New(t.Context(), params)
	if err != nil {
		t.Fatal(err)
	}
	var city struct {
		Name   *string
		People *int
	}
	if err := json.Unmarshal([]byte(answer.Choices[0].Message.Content), &city); err != nil || city.Name == nil || city.People == nil {
		t.Error(answer.Choices[0].Message.Content, err)
	}
}

func TestEmbeddings(t *testing.T) {
	answer, err := sdk(t).Embeddings.New(t.Context(), openai.EmbeddingNewParams{Model: openai.EmbeddingModelTextEmbedding3Small,
		Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"a", "b"}}})
	if err != nil || len(answer.Data) != 2 || len(answer.Data[0].Embedding) == 0 {
		t.Fatal(answer, err)
	}
}

func TestModels(t *testing.T) {
	if page, err := sdk(t).Models.List(t.Context()); err != nil || len(page.Data) == 0 {
		t.Fatal(page, err)
	}
}

func TestSpeech(t *testing.T) {
	answer, err := sdk(t).Audio.Speech.New(t.Context(), openai.AudioSpeechNewParams{Model: "tts-1", Input: "Hello", Voice: openai.AudioSpeechNewParamsVoiceUnion{OfString: openai.String("alloy")}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if sound, err := io.ReadAll(answer.Body); err != nil || len(sound) == 0 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "audio/") {
		t.Error(len(sound), err, answer.Header)
	}
}

func TestFilesAndBatches(t *testing.T) {
	client, ctx := sdk(t), t.Context()
	line := `{"custom_id":"%","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4.1-mini+echo","messages":[{"role":"user","content":"Hi %"}]}}` + "\n"
	content := strings.ReplaceAll(line, "%", "a") + strings.ReplaceAll(line, "%", "b")
	file, err := client.Files.New(ctx, openai.FileNewParams{Purpose: openai.FilePurposeBatch,
		File: openai.File(strings.NewReader(content), "lines.jsonl", "application/jsonl")})
	if err != nil || file.Bytes != int64(len(content)) || file.Filename != "lines.jsonl" {
		t.Fatal(file, err)
	}
	listed := false
	for files := client.Files.ListAutoPaging(ctx, openai.FileListParams{Purpose: openai.String("batch"), Limit: openai.Int(1)}); files.Next(); {
		listed = listed || files.Current().ID == file.ID
	}
	if !listed {
		t.Error("the file is not listed")
	}
	if got := read(t, client, file.ID); got != content {
		t.Error(got)
	}
	batch, err := client.Batches.New(ctx, openai.BatchNewParams{InputFileID: file.ID,
		Endpoint: openai.BatchNewParamsEndpointV1ChatCompletions, CompletionWindow: openai.BatchNewParamsCompletionWindow24h})
	for err == nil && (batch.Status == "validating" || batch.Status == "in_progress" || batch.Status == "finalizing") {
		batch, err = client.Batches.Get(ctx, batch.ID)
	}
	if err != nil || batch.Status != "completed" {
		t.Fatal(batch, err)
	}
	if results := read(t, client, batch.OutputFileID); !strings.Contains(results, "Hi a") || !strings.Contains(results, "Hi b") {
		t.Error(results)
	}
	if _, err := client.Files.Delete(ctx, file.ID); err != nil {
		t.Error(err)
	}
	_, err = client.Files.Get(ctx, file.ID)
	if failure := (*openai.Error)(nil); !errors.As(err, &failure) || failure.StatusCode != 404 {
		t.Error("what was deleted:", err)
	}
}

func read(t *testing.T, client *openai.Client, id string) string {
	t.Helper()
	answer, err := client.Files.Content(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestImageEdit(t *testing.T) {
	picture := bytes.NewReader([]byte("\x89PNG\r\n\x1a\n\x00\xff" + strings.Repeat("x", 100_000)))
	answer, err := sdk(t).Images.Edit(t.Context(), openai.ImageEditParams{Model: "gpt-image-1", Prompt: "at night",
		Image: openai.ImageEditParamsImageUnion{OfFile: openai.File(picture, "room.png", "image/png")}})
	if err != nil || len(answer.Data) == 0 || answer.Data[0].B64JSON == "" {
		t.Fatal(answer, err)
	}
}

func TestResponses(t *testing.T) {
	params := responses.ResponseNewParams{Model: model, Input: responses.ResponseNewParamsInputUnion{OfString: openai.String("Hi")}}
	client := sdk(t)
	answer, err := client.Responses.New(t.Context(), params)
	if err != nil || answer.OutputText() == "" {
		t.Fatal(answer, err)
	}
	stream := client.Responses.NewStreaming(t.Context(), params)
	last, text := "", ""
	for stream.Next() {
		last = stream.Current().Type
		if last == "response.output_text.delta" {
			text += stream.Current().Delta
		}
	}
	if err := stream.Err(); err != nil || last != "response.completed" || text == "" {
		t.Error(last, text, err)
	}
}

func TestErrorsAreTheSDKs(t *testing.T) {
	for _, each := range []struct {
		model    string
		status   int
		attempts int
	}{
		{model + "+status=404", 404, 1},
		{model + "+status=429+retry_after=0", 429, 3},
		{model + "+status=429+code=insufficient_quota+should_retry=false", 429, 1},
		{model + "+status=500", 500, 3},
	} {
		before := simulator(t)
		_, err := sdk(t, option.WithMaxRetries(2)).Chat.Completions.New(t.Context(), asking(each.model, "Hi"))
		failure := (*openai.Error)(nil)
		if !errors.As(err, &failure) || failure.StatusCode != each.status || failure.Message == "" {
			t.Error(each.model, err)
			continue
		}
		if asked := simulator(t).Requests - before.Requests - 1; asked != each.attempts { // one of them is this question
			t.Error(each.model, "was asked", asked, "times")
		}
	}
	client := sdk(t, option.WithMaxRetries(0))
	for want, call := range map[string]func() error{
		"PATH_NOT_ALLOWED": func() error {
			_, err := client.VectorStores.New(t.Context(), openai.VectorStoreNewParams{})
			return err
		},
		"429": func() error {
			return client.Chat.Completions.NewStreaming(t.Context(), asking(model+"+status=429", "Hi")).Err()
		},
	} {
		if failure := (*openai.Error)(nil); !errors.As(call(), &failure) || failure.Code != want && !strings.Contains(failure.Error(), want) {
			t.Error(want, failure)
		}
	}
}

func TestCutStreamIsAnError(t *testing.T) {
	for _, fault := range []string{"+truncate+tokens=20", "+truncate=finish+tokens=20", "+reset_after=2000+tokens=100"} {
		stream := sdk(t).Chat.Completions.NewStreaming(t.Context(), asking(model+fault, "Hi"))
		chunks := 0
		for stream.Next() {
			chunks++
		}
		if failure := (*inferwire.Error)(nil); chunks == 0 || !errors.Is(stream.Err(), io.ErrUnexpectedEOF) || !errors.As(stream.Err(), &failure) {
			t.Error(fault, chunks, stream.Err())
		}
	}
}

func TestCancelAndTimeoutEndTheCallUpstream(t *testing.T) {
	before := simulator(t)
	ctx, cancel := context.WithCancel(t.Context())
	stream := sdk(t).Chat.Completions.NewStreaming(ctx, asking(model+"+stall=5+tokens=20", "Hi"))
	for range 3 {
		stream.Next()
	}
	cancel()
	for stream.Next() {
	}
	if !errors.Is(stream.Err(), context.Canceled) {
		t.Error(stream.Err())
	}
	aborted(t, before)

	before = simulator(t)
	_, err := sdk(t).Chat.Completions.New(t.Context(), asking(model+"+stall", "Hi"), option.WithRequestTimeout(300*time.Millisecond), option.WithMaxRetries(0))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	aborted(t, before)
}
