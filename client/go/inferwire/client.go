// Package inferwire is the Go client of Inferwire, the gRPC gateway to large language models.
//
//	client, err := inferwire.Connect("dns:///inferwire:50051", inferwire.Options{})
//	answer, err := client.Ask(ctx, "Why is the sky blue?", inferwire.WithSystem("Be brief."))
//	for event, err := range client.StreamText(ctx, "Tell me a story.") { ... }
//
// Every call ends with its context, has a deadline even if the context has none, and returns *Error
// when it fails. Package inferwirev1 has every message of the API.
package inferwire

import (
	"context"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// DefaultModel is used by the calls that take text or messages, unless Options.Model or the variable
// INFERWIRE_MODEL names another.
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
// dns:///host:port, https://host:port, unix:/path, ... (README.md); empty: the variable
// INFERWIRE_SERVER. A name with several addresses is used in turn.
func Connect(target string, options Options) (*Client, error) {
	to, err := readTarget(or(target, os.Getenv("INFERWIRE_SERVER")))
	if err != nil {
		return nil, err
	}
	if err := options.complete(to); err != nil {
		return nil, err
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
