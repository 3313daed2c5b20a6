// Package inferwire is the Go client of Inferwire, the gRPC gateway to large language models.
//
//	client, err := inferwire.Connect("dns:///inferwire:50051", inferwire.Options{})
//	text, err := client.CompleteText(ctx, "Why is the sky blue?")
//	for event, err := range client.StreamText(ctx, "Tell me a story.") { ... }
//
// Every call ends with its context, has a deadline even if the context has none, and returns *Error
// when it fails. Package inferwirev1 has every message of the API.
package inferwire

import (
	"context"
	"crypto/tls"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// DefaultModel is used by the calls that take text.
const DefaultModel = "gpt-4.1-mini"

// Client is a connection to one gateway. Safe for concurrent use: share one, and keep it for the
// process's life.
type Client struct {
	connection *connection
	target     string
	chat       inferwirev1.ChatServiceClient
	raw        inferwirev1.RawServiceClient
	batches    inferwirev1.BatchesServiceClient
	models     inferwirev1.ModelsServiceClient
	routes     inferwirev1.RoutesServiceClient
	usage      inferwirev1.UsageServiceClient
	options    Options
}

// Connect checks the options; the network is touched by the first call. target is a host, host:port,
// dns:///host:port, https://host:port, unix:/path, ... (README.md). A name with several addresses is
// used in turn.
func Connect(target string, options Options) (*Client, error) {
	to, err := readTarget(target)
	if err != nil {
		return nil, err
	}
	options.BearerToken = or(options.BearerToken, os.Getenv("INFERWIRE_API_KEY"))
	if to.tls && options.TLS == nil {
		options.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if err := options.check(to); err != nil {
		return nil, err
	}
	opened, err := grpc.NewClient(to.uri, options.dial()...)
	if err != nil {
		return nil, invalidOption("target: " + err.Error())
	}
	connection := &connection{ClientConn: opened}
	return &Client{connection, to.uri, inferwirev1.NewChatServiceClient(connection),
		inferwirev1.NewRawServiceClient(connection), inferwirev1.NewBatchesServiceClient(connection),
		inferwirev1.NewModelsServiceClient(connection), inferwirev1.NewRoutesServiceClient(connection),
		inferwirev1.NewUsageServiceClient(connection), options}, nil
}

// Close cancels what is running; later calls return ClientClosed.
func (c *Client) Close() error { return c.connection.Close() }

// Target is where the calls go, as gRPC is told.
func (c *Client) Target() string { return c.target }

// Ask makes the parameters of one user message: the start of most calls.
func Ask(prompt, model string) *inferwirev1.ChatCompletionParams {
	return &inferwirev1.ChatCompletionParams{Model: model, Messages: []*inferwirev1.ChatMessage{
		{Role: inferwirev1.Role_ROLE_USER, Content: &prompt}}}
}

// Text of the first choice, in one string or in parts; what the model refused with, if it refused.
func Text(completion *inferwirev1.ChatCompletion) string {
	if len(completion.GetChoices()) == 0 {
		return ""
	}
	message := completion.Choices[0].GetMessage()
	if message != nil && message.Content != nil {
		return *message.Content
	}
	var text, refusal strings.Builder
	for _, part := range message.GetContentParts() {
		text.WriteString(part.GetText())
		refusal.WriteString(part.GetRefusal())
	}
	return or(text.String(), or(message.GetRefusal(), refusal.String()))
}

// CostOf is in millionths of a millionth of a dollar; nil: not known. Of an answer:
// response.Gateway.Cost. GetTotalPicousd says 0 then.
func CostOf(cost *inferwirev1.Cost) *int64 {
	if cost == nil {
		return nil
	}
	return cost.TotalPicousd
}

// CompleteText: text in, text out.
func (c *Client) CompleteText(ctx context.Context, prompt string, options ...grpc.CallOption) (string, error) {
	response, err := c.Complete(ctx, &inferwirev1.CompleteRequest{Params: Ask(prompt, DefaultModel)}, options...)
	return Text(response.GetCompletion()), err
}

// Complete: one request, one answer.
func (c *Client) Complete(ctx context.Context, request *inferwirev1.CompleteRequest, options ...grpc.CallOption) (*inferwirev1.CompleteResponse, error) {
	if key := idempotencyKeyIn(options); key != "" {
		request = proto.Clone(request).(*inferwirev1.CompleteRequest)
		request.Options = withIdempotencyKey(request.Options, key)
	}
	return unary(ctx, c.timeout(), request, c.chat.Complete, options)
}

// Invoke calls any path that the server allows. An HTTP error status is a value here, not an error.
func (c *Client) Invoke(ctx context.Context, request *inferwirev1.InvokeRequest, options ...grpc.CallOption) (*inferwirev1.InvokeResponse, error) {
	return unary(ctx, c.timeout(), request, c.raw.Invoke, options)
}

// Health is SERVING, NOT_SERVING or SERVICE_UNKNOWN; "" asks for the server as a whole.
func (c *Client) Health(ctx context.Context, service string) (string, error) {
	response, err := unary(ctx, c.readTimeout(),
		&health.HealthCheckRequest{Service: service}, health.NewHealthClient(c.connection).Check, nil)
	if status.Code(err) == codes.NotFound {
		return health.HealthCheckResponse_SERVICE_UNKNOWN.String(), nil
	}
	return strings.ToUpper(response.GetStatus().String()), err
}

func (c *Client) timeout() time.Duration { return or(c.options.Timeout, 600*time.Second) }

func (c *Client) readTimeout() time.Duration { return or(c.options.ReadTimeout, 30*time.Second) }

// A context that ends by itself, too.
func bounded(ctx context.Context, usual time.Duration) (context.Context, context.CancelFunc) {
	if _, has := ctx.Deadline(); has {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, usual)
}

func unary[Request, Response any](ctx context.Context, usual time.Duration, request *Request,
	call func(context.Context, *Request, ...grpc.CallOption) (*Response, error), options []grpc.CallOption) (*Response, error) {
	ctx, cancel := bounded(ctx, usual)
	defer cancel()
	response, err := call(ctx, request, options...)
	if err != nil {
		return nil, fromGRPC(err)
	}
	return response, nil
}
