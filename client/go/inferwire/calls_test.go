package inferwire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func saying(finish inferwirev1.FinishReason, message *inferwirev1.ChatMessage) *inferwirev1.CompleteResponse {
	return &inferwirev1.CompleteResponse{
		Completion: &inferwirev1.ChatCompletion{Choices: []*inferwirev1.Choice{{Message: message, FinishReason: finish}},
			Usage: &inferwirev1.Usage{TotalTokens: proto.Int64(10), InputTokens: proto.Int64(7)}},
		Gateway: &inferwirev1.GatewayInfo{RequestId: "req_1", Cost: &inferwirev1.Cost{TotalPicousd: proto.Int64(3)}}}
}

const (
	stop   = inferwirev1.FinishReason_FINISH_REASON_STOP
	length = inferwirev1.FinishReason_FINISH_REASON_LENGTH
	calls  = inferwirev1.FinishReason_FINISH_REASON_TOOL_CALLS
)

func TestOptionsChangeACopyOfTheRequest(t *testing.T) {
	var seen *inferwirev1.CompleteRequest
	gateway := &fake{complete: func(_ context.Context, request *inferwirev1.CompleteRequest) (*inferwirev1.CompleteResponse, error) {
		seen = request
		return saying(stop, Assistant("Hi")), nil
	}}
	client := gateway.client(t, Options{Model: "own"})
	answer, err := client.Ask(context.Background(), "Hello", WithSystem("Be brief."), WithTemperature(0.5), WithMaxTokens(9),
		IdempotencyKey("k"), WithMaxRetries(0), WithParams(func(params *inferwirev1.ChatCompletionParams) { params.Seed = proto.Int64(1) }))
	if err != nil || answer.Text() != "Hi" || answer.Usage().GetTotalTokens() != 10 {
		t.Fatal(answer, err)
	}
	if cost, priced := answer.Cost(); cost != 3 || !priced {
		t.Error(cost, priced)
	}
	params := seen.Params
	if params.Model != "own" || params.Messages[0].GetContent() != "Be brief." || params.Messages[0].Role != inferwirev1.Role_ROLE_SYSTEM ||
		len(params.Messages) != 2 || params.GetTemperature() != 0.5 || params.GetMaxCompletionTokens() != 9 || params.GetSeed() != 1 ||
		seen.Options.IdempotencyKey != "k" || seen.Options.MaxRetries == nil {
		t.Error(seen)
	}
	request := &inferwirev1.CompleteRequest{Params: Ask("Hello", "a")}
	before := proto.Clone(request)
	if _, err := client.Complete(context.Background(), request, WithModel("b"), WithSystem("c")); err != nil || seen.Params.Model != "b" || !proto.Equal(request, before) {
		t.Error(err, seen, request)
	}
	if _, err := client.Complete(context.Background(), nil, WithModel("b")); err != nil || seen.Params.Model != "b" {
		t.Error("no request but its options:", err, seen)
	}
	for item := range client.Items([]string{"a"}, WithSystem("b"), WithMaxRetries(1)) {
		if item.ItemId != "0" || len(item.Params.Messages) != 2 || item.Options.GetMaxRetries() != 1 || item.Params.Model != "own" {
			t.Error(item)
		}
	}
	_, err = client.EmbedTexts(context.Background(), []string{"a"}, WithSystem("b"))
	if failure := (*Error)(nil); !errors.As(err, &failure) || failure.Reason != InvalidOptions || !strings.Contains(failure.Message, "WithSystem") {
		t.Error("an option without a place:", err)
	}
	_, err = client.TranscribeFile(context.Background(), strings.NewReader("a"), WithSystem("b"))
	if failure := (*Error)(nil); !errors.As(err, &failure) || failure.Reason != InvalidOptions {
		t.Error("an option without a place in a form:", err)
	}
}

type city struct {
	Name string `json:"name"`
}

func TestParse(t *testing.T) {
	var answer *inferwirev1.CompleteResponse
	var seen *inferwirev1.CompleteRequest
	gateway := &fake{complete: func(_ context.Context, request *inferwirev1.CompleteRequest) (*inferwirev1.CompleteResponse, error) {
		seen = request
		return answer, nil
	}}
	client, ctx := gateway.client(t, Options{}), context.Background()
	part := &inferwirev1.ContentPart{Part: &inferwirev1.ContentPart_Text{Text: `{"name":"Paris"}`}}
	answer = saying(stop, &inferwirev1.ChatMessage{ContentParts: []*inferwirev1.ContentPart{part}})
	parsed, err := Parse[city](ctx, client, "Where?")
	format := seen.GetParams().GetResponseFormat().GetJsonSchema()
	if err != nil || parsed.Value.Name != "Paris" || format.GetName() != "city" || !format.GetStrict() {
		t.Fatal(parsed, err, seen)
	}
	answer = saying(stop, Assistant(`{"value":["a","b"]}`))
	if list, err := Parse[[]string](ctx, client, Messages{User("Where?")}); err != nil || len(list.Value) != 2 {
		t.Error(list, err)
	}
	refused := &inferwirev1.ChatMessage{Refusal: proto.String("I will not.")}
	for want, each := range map[error]*inferwirev1.CompleteResponse{
		ErrRefused:  saying(stop, refused),
		ErrCutOff:   saying(length, Assistant(`{"name":"secret`)),
		ErrMismatch: saying(stop, Assistant(`{"title":"secret"}`)),
	} {
		answer = each
		_, err := Parse[city](ctx, client, "Where?")
		typed, general := (*AnswerError)(nil), (*Error)(nil)
		if !errors.Is(err, want) || !errors.As(err, &typed) || !errors.As(err, &general) || strings.Contains(err.Error(), "secret") {
			t.Fatal(want, err)
		}
		if cost, priced := typed.Answer.Cost(); cost != 3 || !priced || typed.Answer.Text() == "" {
			t.Error(want, "has lost its answer")
		}
		if general.Reason == "" || general.Retryable || !general.MayBeBilled() || general.RequestID() != "req_1" {
			t.Error(want, general)
		}
	}
	answer = &inferwirev1.CompleteResponse{}
	if _, err := Parse[city](ctx, client, "Where?"); !errors.Is(err, ErrMismatch) {
		t.Error("no choices:", err)
	}
	seen = nil
	if _, err := Parse[node](ctx, client, "Where?"); err == nil || seen != nil {
		t.Error("a recursive type was sent")
	}
}

func toolCall(id, name, arguments string) *inferwirev1.ToolCall {
	return &inferwirev1.ToolCall{Id: &id, Call: &inferwirev1.ToolCall_Function{
		Function: &inferwirev1.FunctionCall{Name: name, Arguments: arguments}}}
}

func asking(calls_ ...*inferwirev1.ToolCall) *inferwirev1.CompleteResponse {
	return saying(calls, &inferwirev1.ChatMessage{Role: inferwirev1.Role_ROLE_ASSISTANT, ToolCalls: calls_})
}

func TestRunTools(t *testing.T) {
	var script []*inferwirev1.CompleteResponse
	var seen []*inferwirev1.CompleteRequest
	gateway := &fake{complete: func(_ context.Context, request *inferwirev1.CompleteRequest) (*inferwirev1.CompleteResponse, error) {
		seen = append(seen, request)
		answer := script[0]
		if len(script) > 1 {
			script = script[1:]
		}
		return answer, nil
	}}
	client, ctx := gateway.client(t, Options{}), context.Background()
	both := make(chan struct{})
	meet := Func("meet", "Waits for the other one.", func(_ context.Context, in struct{ First bool }) (any, error) {
		if in.First {
			both <- struct{}{}
		} else {
			<-both // both run at the same time
		}
		return map[string]bool{"met": in.First}, nil
	})
	fails := Func("fails", "", func(context.Context, struct{}) (string, error) { return "", errors.New("out of order") })
	functions := []Function{meet, fails}

	script = []*inferwirev1.CompleteResponse{asking(toolCall("1", "meet", `{"First":true}`), toolCall("2", "meet", `{"First":false}`),
		toolCall("3", "fails", ``), toolCall("4", "gone", `{}`), toolCall("5", "meet", `{"First":1}`)), saying(stop, Assistant("done"))}
	run, err := RunTools(ctx, client, "Go.", 2, functions)
	if err != nil || run.Text() != "done" || run.Rounds != 2 || run.Usage().GetTotalTokens() != 20 || len(run.Messages) != 8 {
		t.Fatal(run, err)
	}
	if cost, priced := run.Cost(); cost != 6 || !priced {
		t.Error(cost, priced)
	}
	for i, want := range []string{`"met":true`, `"met":false`, "out of order", "no such function", "First"} {
		if message := run.Messages[2+i]; message.GetToolCallId() != fmt.Sprint(i+1) || !strings.Contains(message.GetContent(), want) {
			t.Error(message, want)
		}
	}
	if tools := seen[0].Params.Tools; len(tools) != 2 || !strings.Contains(tools[0].GetFunction().GetParametersJson(), `"First"`) {
		t.Error(tools)
	}

	script = []*inferwirev1.CompleteResponse{asking(toolCall("1", "fails", `{}`))}
	run, err = RunTools(ctx, client, "Go.", 3, functions)
	failure := (*AnswerError)(nil)
	if !errors.Is(err, ErrTooManyRounds) || !errors.As(err, &failure) || failure.Run != run || run.Rounds != 3 {
		t.Fatal(run, err)
	}
	if cost, _ := failure.Run.Cost(); cost != 9 {
		t.Error(cost)
	}

	script = []*inferwirev1.CompleteResponse{saying(length, asking(toolCall("1", "fails", `{"`)).Completion.Choices[0].Message)}
	if run, err = RunTools(ctx, client, "Go.", 3, functions); !errors.Is(err, ErrCutOff) || run.Rounds != 1 {
		t.Error("half a call was done:", run, err)
	}

	seen = nil
	wrong := Func("wrong", "", func(context.Context, node) (string, error) { return "", nil })
	text := Func("text", "", func(context.Context, string) (string, error) { return "", nil })
	for _, bad := range [][]Function{{wrong}, {text}, {fails, fails}, {{}}} {
		if _, err := RunTools(ctx, client, "Go.", 3, bad); err == nil || seen != nil {
			t.Error("sent with", bad)
		}
	}

	cancelled, cancel := context.WithCancel(ctx)
	script = []*inferwirev1.CompleteResponse{asking(toolCall("1", "leave", `{}`))}
	leave := Func("leave", "", func(context.Context, struct{}) (string, error) { cancel(); return "", nil })
	if run, err = RunTools(cancelled, client, "Go.", 3, []Function{leave}); !errors.Is(err, context.Canceled) || run.Rounds != 1 {
		t.Error(run, err)
	}
	script = []*inferwirev1.CompleteResponse{asking(toolCall("1", "bug", `{}`))}
	bug := Func("bug", "", func(context.Context, struct{}) (string, error) { panic("a bug") })
	defer func() {
		if failure := recover(); failure != "a bug" {
			t.Error("a panic of a function is the program's:", failure)
		}
	}()
	_, _ = RunTools(ctx, client, "Go.", 3, []Function{bug})
}

func TestUploadFile(t *testing.T) {
	var header *inferwirev1.UploadFileHeader
	var ended *inferwirev1.UploadFileEnd
	ends := make(chan error, 1)
	gateway := &fake{upload: func(stream grpc.ClientStreamingServer[inferwirev1.UploadFileRequest, inferwirev1.UploadFileResponse]) error {
		header, ended = nil, nil
		content := []byte{}
		for {
			message, err := stream.Recv()
			if err != nil {
				ends <- err
				if errors.Is(err, io.EOF) {
					return stream.SendAndClose(&inferwirev1.UploadFileResponse{File: &inferwirev1.File{FileId: string(content)}})
				}
				return err
			}
			if message.GetHeader() != nil {
				header = message.GetHeader()
			}
			if len(message.GetData()) > partBytes {
				t.Error("a piece of", len(message.GetData()))
			}
			content = append(content, message.GetData()...)
			if message.GetEnd() != nil {
				ended = message.GetEnd()
			}
		}
	}}
	client, ctx := gateway.client(t, Options{}), context.Background()
	path := filepath.Join(t.TempDir(), "naïve.txt")
	large := strings.Repeat("abc", 300_000)
	if err := os.WriteFile(path, []byte("12"+large), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	_, _ = file.Seek(2, io.SeekStart)
	uploaded, err := client.UploadFile(ctx, file, &inferwirev1.UploadFileHeader{Purpose: "batch"})
	sum := sha256.Sum256([]byte(large))
	if err != nil || uploaded.FileId != large || header.Filename != "naïve.txt" || header.Purpose != "batch" ||
		header.GetSizeBytes() != int64(len(large)) || ended.GetSha256() != hex.EncodeToString(sum[:]) {
		t.Error(header, ended, err)
	}
	<-ends
	for _, reader := range []io.Reader{bytes.NewReader(nil), iotest.OneByteReader(strings.NewReader("xyz"))} {
		if _, err := client.UploadFile(ctx, reader, nil); err != nil || header.Filename != "file" || header.Purpose != "user_data" || ended == nil {
			t.Error(header, err)
		}
		<-ends
	}
	broken := errors.New("the disk is gone")
	_, err = client.UploadFile(ctx, io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), nil)
	if !errors.Is(err, broken) || errors.Is(<-ends, io.EOF) || ended != nil {
		t.Error("half a file was uploaded:", err)
	}
}

type full struct{ room int }

func (f *full) Write(data []byte) (int, error) {
	size := min(f.room, len(data))
	f.room -= size
	if size < len(data) {
		return size, errors.New("no room")
	}
	return size, nil
}

func TestDownloadFileGoesOnWhereItWas(t *testing.T) {
	offsets := []int64{}
	gateway := &fake{download: func(request *inferwirev1.DownloadFileRequest, stream grpc.ServerStreamingServer[inferwirev1.DownloadFileResponse]) error {
		offsets = append(offsets, request.Offset)
		if request.FileId == "none" {
			return status.Error(codes.Unavailable, "not there")
		}
		_ = stream.Send(&inferwirev1.DownloadFileResponse{Message: &inferwirev1.DownloadFileResponse_Started{Started: &inferwirev1.DownloadFileStarted{}}})
		_ = stream.Send(&inferwirev1.DownloadFileResponse{Message: &inferwirev1.DownloadFileResponse_Data{Data: []byte("abcdef")[request.Offset:][:3]}})
		if request.Offset == 0 {
			return nil // cut: it does not say that it is complete
		}
		return stream.Send(&inferwirev1.DownloadFileResponse{Message: &inferwirev1.DownloadFileResponse_Completed{Completed: &inferwirev1.DownloadFileCompleted{}}})
	}}
	client, ctx := gateway.client(t, Options{MaxAttempts: 1}), context.Background()
	var into bytes.Buffer
	if size, err := client.DownloadFile(ctx, "file_1", &into); err != nil || size != 6 || into.String() != "abcdef" || fmt.Sprint(offsets) != "[0 3]" {
		t.Error(size, err, into.String(), offsets)
	}
	if size, err := client.DownloadFile(ctx, "file_1", &full{2}); size != 2 || err == nil || err.Error() != "no room" {
		t.Error(size, err)
	}
	offsets = nil
	if _, err := client.DownloadFile(ctx, "none", &into); err == nil || len(offsets) != 1 {
		t.Error("what never began goes on:", err, offsets)
	}
}

func TestSpeechThatIsCutIsAnError(t *testing.T) {
	whole := true
	gateway := &fake{speak: func(_ *inferwirev1.SpeakRequest, stream grpc.ServerStreamingServer[inferwirev1.SpeakResponse]) error {
		_ = stream.Send(&inferwirev1.SpeakResponse{Event: &inferwirev1.SpeakResponse_Started{Started: &inferwirev1.SpeakStarted{ContentType: "audio/mpeg"}}})
		_ = stream.Send(&inferwirev1.SpeakResponse{Event: &inferwirev1.SpeakResponse_Audio{Audio: []byte("abc")}})
		if whole {
			_ = stream.Send(&inferwirev1.SpeakResponse{Event: &inferwirev1.SpeakResponse_Completed{Completed: &inferwirev1.SpeakCompleted{SizeBytes: 3}}})
		}
		return nil
	}}
	client := gateway.client(t, Options{})
	speech, err := client.SpeakText(context.Background(), "Hello", WithModel("tts-1"))
	if err != nil {
		t.Fatal(err)
	}
	sound, err := io.ReadAll(speech)
	if err != nil || string(sound) != "abc" || speech.ContentType != "audio/mpeg" || speech.Completed().GetSizeBytes() != 3 {
		t.Error(string(sound), err, speech.ContentType)
	}
	whole = false
	if speech, err = client.SpeakText(context.Background(), "Hello"); err != nil {
		t.Fatal(err)
	}
	if sound, err := io.ReadAll(speech); !errors.Is(err, io.ErrUnexpectedEOF) || string(sound) != "abc" || speech.Completed() != nil {
		t.Error(string(sound), err)
	}
	if err := errors.Join(speech.Close(), speech.Close()); err != nil {
		t.Error(err)
	}
}

func TestConfigurationFromTheEnvironment(t *testing.T) {
	t.Setenv("INFERWIRE_SERVER", "gateway.example")
	t.Setenv("INFERWIRE_MODEL", "from-the-environment")
	client, err := Connect("", Options{})
	if err != nil || client.Target() != "dns:///gateway.example:50051" || client.model(DefaultModel) != "from-the-environment" || client.options.TLS != nil {
		t.Fatal(client, err)
	}
	if client, err = Connect("other", Options{Model: "mine"}); err != nil || client.Target() != "dns:///other:50051" || client.model(DefaultModel) != "mine" {
		t.Error(client, err)
	}
	t.Setenv("INFERWIRE_CA", filepath.Join(t.TempDir(), "none.pem"))
	for _, target := range []string{"gateway", "https://gateway", "dns:///gateway:1"} {
		if _, err := Connect(target, Options{}); err == nil || !strings.Contains(err.Error(), "none.pem") {
			t.Error(target, "without the authorities that were named:", err)
		}
	}
	for _, target := range []string{"http://gateway", "unix:/tmp/a.sock"} {
		if client, err := Connect(target, Options{}); err != nil || client.options.TLS != nil {
			t.Error(target, err)
		}
	}
	t.Setenv("INFERWIRE_SERVER", "")
	if _, err := Connect("", Options{}); err == nil || !strings.Contains(err.Error(), "INFERWIRE_SERVER") {
		t.Error(err)
	}
}

func TestDialOptionsComeLast(t *testing.T) {
	gateway := &fake{complete: func(context.Context, *inferwirev1.CompleteRequest) (*inferwirev1.CompleteResponse, error) {
		return saying(stop, Assistant("Hi")), nil
	}}
	methods := []string{}
	interceptor := func(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn, call grpc.UnaryInvoker, options ...grpc.CallOption) error {
		methods = append(methods, method)
		return call(ctx, method, request, reply, connection, options...)
	}
	client := gateway.client(t, Options{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(interceptor)}})
	if _, err := client.CompleteText(context.Background(), "Hi"); err != nil || len(methods) != 1 {
		t.Error(err, methods)
	}
}
