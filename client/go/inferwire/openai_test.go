package inferwire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

type rawStream = grpc.ServerStreamingServer[inferwirev1.StreamInvokeResponse]

func started(kind string) *inferwirev1.StreamInvokeResponse {
	return &inferwirev1.StreamInvokeResponse{Message: &inferwirev1.StreamInvokeResponse_Started{
		Started: &inferwirev1.RawStarted{HttpStatus: 200, ContentType: kind, Gateway: &inferwirev1.GatewayInfo{RequestId: "req_1"}}}}
}

func event(data string) *inferwirev1.StreamInvokeResponse {
	return &inferwirev1.StreamInvokeResponse{Message: &inferwirev1.StreamInvokeResponse_Event{
		Event: &inferwirev1.ServerSentEvent{Data: []byte(data)}}}
}

func completed() *inferwirev1.StreamInvokeResponse {
	return &inferwirev1.StreamInvokeResponse{Message: &inferwirev1.StreamInvokeResponse_Completed{Completed: &inferwirev1.RawCompleted{
		Gateway: &inferwirev1.GatewayInfo{Cost: &inferwirev1.Cost{TotalPicousd: proto.Int64(12_400_000)}}}}}
}

func send(t *testing.T, client *Client, ctx context.Context, method, url, kind, content string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", kind)
	request.Header.Set("Authorization", "Bearer sk-of-the-sdk")
	request.Header.Set("X-Client-Request-Id", "mine")
	request.Header.Set("Traceparent", "00-1-2-01")
	return OpenAI(client).Do(request)
}

func chat(t *testing.T, client *Client, ctx context.Context, content string) (*http.Response, error) {
	t.Helper()
	return send(t, client, ctx, "POST", "https://api.openai.com/v1/chat/completions", "application/json", content)
}

func TestOpenAIWholeAnswerGoesThroughUntouched(t *testing.T) {
	var seen *inferwirev1.InvokeRequest
	var seenMetadata metadata.MD
	gateway := &fake{invoke: func(ctx context.Context, request *inferwirev1.InvokeRequest) (*inferwirev1.InvokeResponse, error) {
		seen = request
		seenMetadata, _ = metadata.FromIncomingContext(ctx)
		return &inferwirev1.InvokeResponse{HttpStatus: 429, ContentType: "application/json", Body: []byte(`{"error":{}}`),
			Headers: []*inferwirev1.HttpHeader{{Name: "content-length", Value: "7"}, {Name: "x-a", Value: "1"}, {Name: "x-a", Value: "2"},
				{Name: "x-request-id", Value: "of the provider"}},
			Gateway: &inferwirev1.GatewayInfo{RequestId: "req_1", RetryAfter: durationpb.New(1500 * time.Millisecond),
				Cost: &inferwirev1.Cost{TotalPicousd: proto.Int64(5)}}}, nil
	}}
	client := gateway.client(t, Options{})
	form := "--b\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\nfalse\r\n--b--\r\n\x00\xff"
	response, err := send(t, client, context.Background(), "POST", "https://api.openai.com/v1/files/a%2Fb?b=2&a=1%262&a=+", "multipart/form-data; boundary=b", form)
	if err != nil {
		t.Fatal(err)
	}
	call := seen.Call
	if call.Method != "POST" || call.Path != "/files/a%2Fb" || string(call.Body) != form || call.ContentType != "multipart/form-data; boundary=b" {
		t.Error(call)
	}
	query := ""
	for _, parameter := range call.Query {
		query += parameter.Name + "=" + parameter.Value + ";"
	}
	if query != "b=2;a=1&2;a= ;" || seen.Options.ClientRequestId != "mine" {
		t.Error(query, seen.Options)
	}
	if seenMetadata.Get("traceparent")[0] != "00-1-2-01" || len(seenMetadata.Get("authorization")) > 0 {
		t.Error(seenMetadata)
	}
	text, _ := io.ReadAll(response.Body)
	header := response.Header
	if response.StatusCode != 429 || string(text) != `{"error":{}}` || response.ContentLength != 12 || len(header.Values("X-A")) != 2 {
		t.Error(response, string(text))
	}
	if header.Get("Retry-After") != "2" || header.Get("Retry-After-Ms") != "1500" || header.Get("X-Request-Id") != "of the provider" ||
		header.Get("X-Inferwire-Request-Id") != "req_1" || header.Get("X-Inferwire-Cost-Picousd") != "5" || header.Get("Content-Length") != "" {
		t.Error(header)
	}
}

func TestOpenAIStreamArrivesAsItIsMade(t *testing.T) {
	goOn := make(chan struct{})
	gateway := &fake{streamInvoke: func(_ *inferwirev1.StreamInvokeRequest, stream rawStream) error {
		for _, message := range []*inferwirev1.StreamInvokeResponse{started("text/event-stream"), event(`{"a":1}`)} {
			if err := stream.Send(message); err != nil {
				return err
			}
		}
		<-goOn
		named := event("two\nlines")
		named.GetEvent().Event, named.GetEvent().Id = "delta", "7"
		last := event(`{"choices":[{"finish_reason":"stop"}]}`)
		return errors.Join(stream.Send(named), stream.Send(last), stream.Send(event("[DONE]")), stream.Send(completed()))
	}}
	response, err := chat(t, gateway.client(t, Options{}), context.Background(), `{"messages":[{"stream":false}],"stream":true}`)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 100)
	size, err := response.Body.Read(first)
	if err != nil || string(first[:size]) != "data: {\"a\":1}\n\n" {
		t.Error(string(first[:size]), err)
	}
	close(goOn)
	rest, err := io.ReadAll(response.Body)
	const end = "data: {\"choices\":[{\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
	if want := "event: delta\nid: 7\ndata: two\ndata: lines\n\n" + end; err != nil || string(rest) != want {
		t.Errorf("%q, %v", rest, err)
	}
	if response.Trailer.Get("X-Inferwire-Cost-Picousd") != "12400000" || response.Header.Get("X-Request-Id") != "req_1" {
		t.Error(response.Trailer, response.Header)
	}
}

func TestOpenAICutStreamIsNeverAnEnd(t *testing.T) {
	truncated, _ := status.New(codes.Unavailable, "cut").WithDetails(&errdetails.ErrorInfo{Domain: "inferwire", Reason: "STREAM_TRUNCATED"})
	for name, end := range map[string]error{"an OK without its last message": nil, "an error of the gateway": truncated.Err()} {
		gateway := &fake{streamInvoke: func(_ *inferwirev1.StreamInvokeRequest, stream rawStream) error {
			return errors.Join(stream.Send(started("text/event-stream")), stream.Send(event("a")), end)
		}}
		if end != nil {
			gateway.streamInvoke = func(_ *inferwirev1.StreamInvokeRequest, stream rawStream) error {
				_, _ = stream.Send(started("text/event-stream")), stream.Send(event("a"))
				return end
			}
		}
		response, err := chat(t, gateway.client(t, Options{}), context.Background(), `{"stream":true}`)
		if err != nil {
			t.Fatal(name, err)
		}
		text, err := io.ReadAll(response.Body)
		failure := (*Error)(nil)
		if string(text) != "data: a\n\n" || !errors.Is(err, io.ErrUnexpectedEOF) || !errors.As(err, &failure) || failure.Reason != StreamTruncated || failure.Origin() == "caller" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if _, again := response.Body.Read(make([]byte, 1)); !errors.Is(again, io.ErrUnexpectedEOF) {
			t.Error(name, "then:", again)
		}
	}
}

func TestOpenAIEndsTheCallUpstream(t *testing.T) {
	ended := make(chan struct{}, 1)
	gateway := &fake{streamInvoke: func(_ *inferwirev1.StreamInvokeRequest, stream rawStream) error {
		_, _ = stream.Send(started("text/event-stream")), stream.Send(event("a"))
		<-stream.Context().Done()
		ended <- struct{}{}
		return nil
	}}
	client := gateway.client(t, Options{})
	for _, end := range []func(*http.Response, context.CancelFunc){
		func(response *http.Response, _ context.CancelFunc) { _ = response.Body.Close() },
		func(_ *http.Response, cancel context.CancelFunc) { cancel() },
	} {
		ctx, cancel := context.WithCancel(context.Background())
		response, err := chat(t, client, ctx, `{"stream":true}`)
		if err != nil {
			t.Fatal(err)
		}
		end(response, cancel)
		<-ended
		text, err := io.ReadAll(response.Body)
		if err == nil {
			t.Errorf("the body that was left ends well: %q", text)
		}
		cancel()
	}
}

func TestOpenAIDeadlineIsTheCalls(t *testing.T) {
	gateway := &fake{invoke: func(ctx context.Context, _ *inferwirev1.InvokeRequest) (*inferwirev1.InvokeResponse, error) {
		if _, has := ctx.Deadline(); !has {
			t.Error("the call has no deadline")
		}
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := chat(t, gateway.client(t, Options{}), ctx, `{}`); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestOpenAIFailuresOfTheGatewayAreAnswers(t *testing.T) {
	limited, _ := status.New(codes.ResourceExhausted, "slowly").WithDetails(
		&errdetails.ErrorInfo{Domain: "inferwire", Reason: "TENANT_RATE_LIMITED", Metadata: map[string]string{"request_id": "req_2"}},
		&errdetails.RetryInfo{RetryDelay: durationpb.New(2 * time.Second)})
	refused, _ := status.New(codes.PermissionDenied, "no").WithDetails(&errdetails.ErrorInfo{Domain: "inferwire", Reason: "PATH_NOT_ALLOWED"},
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{{Field: "call.path"}}})
	var end error
	gateway := &fake{invoke: func(context.Context, *inferwirev1.InvokeRequest) (*inferwirev1.InvokeResponse, error) {
		return nil, end
	},
		streamInvoke: func(*inferwirev1.StreamInvokeRequest, rawStream) error { return end }}
	client := gateway.client(t, Options{MaxAttempts: 1, MaxMessageBytes: 1 << 20})
	for _, each := range []struct {
		end         error
		status      int
		code, retry string
		content     string
	}{
		{limited.Err(), 429, "TENANT_RATE_LIMITED", "true", `{}`},
		{limited.Err(), 429, "TENANT_RATE_LIMITED", "true", `{"stream":true}`},
		{refused.Err(), 403, "PATH_NOT_ALLOWED", "false", `{}`},
		{status.Error(codes.Unavailable, "gone"), 503, "CONNECTION_LOST", "false", `{}`},
		{status.Error(codes.DeadlineExceeded, "the server's own"), 504, "DEADLINE", "false", `{}`},
		{nil, 413, "REQUEST_TOO_LARGE", "false", strings.Repeat("x", 1<<20+1)},
	} {
		end = each.end
		response, err := chat(t, client, context.Background(), each.content)
		if err != nil {
			t.Error(each.code, err)
			continue
		}
		var said struct {
			Error struct{ Code, Type, Message string }
		}
		if err := json.NewDecoder(response.Body).Decode(&said); err != nil || said.Error.Code != each.code || response.StatusCode != each.status ||
			response.Header.Get("X-Should-Retry") != each.retry || said.Error.Message == "" || said.Error.Type == "" {
			t.Error(each.code, response, said, err)
		}
		if each.status == 429 && (response.Header.Get("Retry-After") != "2" || response.Header.Get("X-Request-Id") != "req_2") {
			t.Error(response.Header)
		}
	}
	nowhere, err := Connect("127.0.0.1:1", Options{MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chat(t, nowhere, context.Background(), `{}`); err == nil || !strings.Contains(err.Error(), Unreachable) {
		t.Error("a gateway that is not there:", err)
	}
	closed := gateway.client(t, Options{})
	_ = closed.Close()
	if response, err := chat(t, closed, context.Background(), `{}`); err != nil || response.StatusCode != 400 {
		t.Error(response, err)
	}
}

// A body that fails to come is the caller's error, and is closed all the same.
type brokenBody struct{ closed bool }

func (b *brokenBody) Read([]byte) (int, error) { return 0, errors.New("broken") }
func (b *brokenBody) Close() error             { b.closed = true; return nil }

func TestOpenAIRequestBodyIsClosed(t *testing.T) {
	client := (&fake{}).client(t, Options{})
	content := &brokenBody{}
	request, _ := http.NewRequest("POST", "https://api.openai.com/v1/embeddings", content)
	if _, err := client.RoundTripper().RoundTrip(request); err == nil || !content.closed {
		t.Error(err, content.closed)
	}
}

func TestOpenAIFindsStreams(t *testing.T) {
	form := "--b\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\ntrue\r\n--b--\r\n"
	for _, each := range []struct {
		accept, query, kind, content string
		want                         bool
	}{
		{"application/json", "", "application/json", `{"stream":true}`, true},
		{"application/json", "", "application/json", `{"stream":false}`, false},
		{"application/json", "", "application/json", `{"input":"\"stream\":true"}`, false},
		{"application/json", "", "application/json", `{"stream":true`, false},
		{"", "", "application/json", `{}`, false},
		{"text/event-stream", "", "", ``, true},
		{"application/octet-stream", "", "application/json", `{}`, true},
		{"application/json", "stream=true&starting_after=3", "", ``, true},
		{"application/json", "", "multipart/form-data; boundary=b", form, true},
		{"application/json", "", "multipart/form-data", form, false},
	} {
		request, _ := http.NewRequest("POST", "http://x/v1/a?"+each.query, nil)
		request.Header.Set("Accept", each.accept)
		call := &inferwirev1.HttpCall{ContentType: each.kind, Body: []byte(each.content), Query: queryOf(request.URL)}
		if isStreamed(request, call) != each.want {
			t.Error(each)
		}
	}
	for url, want := range map[string]string{"https://a/v1/models": "/models", "https://a/openai/v1/models/a%2Fb": "/models/a%2Fb", "https://a/models": "/models"} {
		request, _ := http.NewRequest("GET", url, nil)
		if got := pathBehindVersion(request.URL); got != want {
			t.Error(url, got)
		}
	}
	if !bytes.Equal(eventText(&inferwirev1.ServerSentEvent{}), []byte("data: \n\n")) {
		t.Error("an empty event")
	}
}

func TestOpenAIKnowsTheEndOfAStream(t *testing.T) {
	const done = "[DONE]"
	for _, each := range []struct {
		path string
		data []string
		want bool
	}{
		{"/chat/completions", nil, false},
		{"/chat/completions", []string{`{"choices":[{"finish_reason":null}]}`}, false},
		{"/chat/completions", []string{`{"choices":[{"delta":{"content":"\"finish_reason\":\"stop\""}}]}`}, false},
		{"/chat/completions", []string{`{"choices":[{"finish_reason" : "stop"}]}`}, true},
		{"/chat/completions", []string{`{"choices":[{"finish_reason":"stop"}]}`, `{"choices":[],"usage":{}}`, done}, true},
		{"/chat/completions", []string{`{"choices":[{"index":0},{"index":1}]}`, `{"choices":[{"index":1,"finish_reason":"stop"}]}`}, false},
		{"/chat/completions", []string{`{"choices":[{"index":0}]}`, done}, false},
		{"/chat/completions", []string{done}, false},
		{"/chat/completions", []string{`{"choices":[{"index":0}]}`, `{"error":{"message":"no"}}`}, true},
		{"/chat/completions", []string{`no JSON`, `null`, `{"choices":"none"}`}, false},
		{"/responses", []string{`{"type":"response.output_text.done"}`}, false},
		{"/responses", []string{`{"type":"response.web_search_call.completed"}`}, false},
		{"/responses/resp_1", []string{`{"type":"response.incomplete"}`}, true},
		{"/responses", []string{`{"type":"response.created","response":{"error":null}}`, `{"type":"error"}`}, true},
		{"/audio/transcriptions", []string{`{"type":"transcript.text.delta"}`}, false},
		{"/audio/transcriptions", []string{`{"type":"transcript.text.done"}`}, true},
		{"/images/edits", []string{`{"type":"image_edit.partial_image"}`}, false},
		{"/images/edits", []string{`{"type":"image_edit.completed"}`}, true},
		{"/videos", []string{`{}`, done}, true}, // nothing is known of them
	} {
		end := newEventEnd(each.path, started("text/event-stream; charset=utf-8").GetStarted())
		held := false
		for _, data := range each.data {
			held = len(end.pass(&inferwirev1.ServerSentEvent{Data: []byte(data)})) == 0
			if held != (data == done) {
				t.Error(each, data, "is held back:", held)
			}
		}
		if rest, err := end.end(); err == nil != each.want || len(rest) > 0 != (held && each.want) {
			t.Error(each, string(rest), err)
		}
	}
	if _, err := newEventEnd("/chat/completions", started("application/json").GetStarted()).end(); err != nil {
		t.Error("an answer that is no stream of events:", err)
	}
}
