package inferwire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"google.golang.org/grpc/metadata"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// OpenAI is what OpenAI's own SDK calls instead of the network: nothing else of a program changes.
//
//	openai.NewClient(option.WithHTTPClient(inferwire.OpenAI(client)))
//
// See RoundTripper for what becomes of a call.
func OpenAI(client *Client) *http.Client { return &http.Client{Transport: client.RoundTripper()} }

// RoundTripper carries HTTP requests of OpenAI's API over the gateway's RawService. Which paths it may
// reach is the server's raw.allow.
//
// Method, path behind /v1, query, content type and body go through untouched, the answer's status,
// headers and body come back so; a stream comes as it is made. Of the request's other headers
// Idempotency-Key, X-Client-Request-Id, traceparent and tracestate count; Authorization does not: the
// gateway knows the caller by the client's BearerToken, and has the provider's key. X-Inferwire-Request-Id
// of an answer is the gateway's id, X-Inferwire-Cost-Picousd what it cost (a Money), of a stream in its
// Trailer.
//
// A failure of the gateway is an answer with OpenAI's error body, whose code is the reason, and with
// X-Should-Retry, so that the SDK repeats what is safe to repeat, and nothing else. The end of the
// request's context, a gateway that is not reached, and a body that was cut are errors (the latter
// io.ErrUnexpectedEOF). Closing a body before its end ends the call upstream.
func (c *Client) RoundTripper() http.RoundTripper { return roundTripper{c} }

type roundTripper struct{ client *Client }

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) {
	content, err := r.bodyOf(request)
	if err != nil {
		return nil, err
	}
	if int64(len(content)) > r.largest() {
		return failed(request, bodyTooLarge()), nil
	}
	call := &inferwirev1.HttpCall{Method: request.Method, Path: pathBehindVersion(request.URL), Query: queryOf(request.URL),
		ContentType: request.Header.Get("Content-Type"), Body: content}
	if call.Method == "" {
		call.Method = http.MethodGet
	}
	options := &inferwirev1.CallOptions{ClientRequestId: request.Header.Get("X-Client-Request-Id"),
		IdempotencyKey: request.Header.Get("Idempotency-Key")}
	ctx := request.Context()
	for _, name := range []string{"traceparent", "tracestate"} {
		if value := request.Header.Get(name); value != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
	}
	var response *http.Response
	if isStreamed(request, call) {
		response, err = r.stream(ctx, call, options)
	} else {
		response, err = r.whole(ctx, call, options)
	}
	_, limited := ctx.Deadline()
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, ctx.Err() // as of any transport
	case limited && errors.Is(err, context.DeadlineExceeded): // the gateway's clock was faster
		return nil, context.DeadlineExceeded
	case err != nil:
		if failure := fromGRPC(err); failure.Reason != Unreachable {
			return failed(request, failure), nil
		}
		return nil, err
	}
	response.Request = request
	return response, nil
}

func (r roundTripper) largest() int64 {
	return int64(or(r.client.options.MaxMessageBytes, defaultMessageBytes))
}

// The whole body, or a little more than can be sent.
func (r roundTripper) bodyOf(request *http.Request) ([]byte, error) {
	if request.Body == nil {
		return nil, nil
	}
	defer func() { _ = request.Body.Close() }()
	return io.ReadAll(io.LimitReader(request.Body, r.largest()+1))
}

// As it was escaped.
func pathBehindVersion(address *url.URL) string {
	path := address.EscapedPath()
	if at := strings.Index(path+"/", "/v1/"); at >= 0 {
		return path[at+len("/v1"):]
	}
	return path
}

// In its order, which url.Values would lose.
func queryOf(address *url.URL) []*inferwirev1.QueryParameter {
	var query []*inferwirev1.QueryParameter
	for part := range strings.SplitSeq(address.RawQuery, "&") {
		name, value, _ := strings.Cut(part, "=")
		if part != "" {
			query = append(query, &inferwirev1.QueryParameter{Name: unescaped(name), Value: unescaped(value)})
		}
	}
	return query
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

// Whether the answer is to come as it is made: events, or a file.
func isStreamed(request *http.Request, call *inferwirev1.HttpCall) bool {
	accept := request.Header.Get("Accept")
	if accept != "" && !strings.Contains(accept, "json") && !strings.Contains(accept, "*/*") {
		return true
	}
	for _, parameter := range call.Query {
		if parameter.Name == "stream" {
			return parameter.Value == "true"
		}
	}
	kind, parameters, _ := mime.ParseMediaType(call.ContentType)
	switch {
	case !bytes.Contains(call.Body, []byte(`"stream"`)):
		return false
	case kind == "multipart/form-data":
		return formField(call.Body, parameters["boundary"], "stream") == "true"
	}
	var asked struct {
		Stream bool `json:"stream"`
	}
	return json.Unmarshal(call.Body, &asked) == nil && asked.Stream
}

// A short field of a form.
func formField(form []byte, boundary, name string) string {
	parts := multipart.NewReader(bytes.NewReader(form), boundary)
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			return ""
		}
		if part.FormName() == name {
			value, _ := io.ReadAll(io.LimitReader(part, 16))
			return string(value)
		}
	}
}
