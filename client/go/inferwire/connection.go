package inferwire

import (
	"context"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
)

// Where all calls begin: those of a closed client are refused here, with the client's own error.
type connection struct {
	*grpc.ClientConn
	closed atomic.Bool
}

func (c *connection) Close() error {
	if c.closed.Swap(true) {
		return nil
	}
	return c.ClientConn.Close()
}

func (c *connection) Invoke(ctx context.Context, method string, request, response any, options ...grpc.CallOption) error {
	if c.closed.Load() {
		return clientClosed()
	}
	return c.ClientConn.Invoke(ctx, method, request, response, options...)
}

func (c *connection) NewStream(ctx context.Context, description *grpc.StreamDesc, method string, options ...grpc.CallOption) (grpc.ClientStream, error) {
	if c.closed.Load() {
		return nil, clientClosed()
	}
	return c.ClientConn.NewStream(ctx, description, method, options...)
}

func clientClosed() *Error {
	return &Error{Code: codes.FailedPrecondition, Domain: ClientDomain, Reason: ClientClosed,
		Message: "the client is closed"}
}
