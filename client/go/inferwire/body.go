package inferwire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"

	"google.golang.org/grpc"
)

// body reads a stream of messages as the bytes that they carry. What was cut ends with
// io.ErrUnexpectedEOF, never with io.EOF; the *Error is found by errors.As. Close ends the call, here
// and upstream, and may be called while another goroutine reads.
type body[Message any] struct {
	stream grpc.ServerStreamingClient[Message] // of Client.Channel: it ends with OK only if it is whole
	cancel context.CancelFunc
	bytes  func(*Message) ([]byte, error) // of one message, if it has some; or why it is wrong

	rest   []byte
	err    error
	closed atomic.Bool
}

func (b *body[Message]) Read(into []byte) (int, error) {
	if b.closed.Load() {
		return 0, fs.ErrClosed
	}
	for len(b.rest) == 0 && b.err == nil && len(into) > 0 {
		message, err := b.stream.Recv()
		if err == nil {
			b.rest, err = b.bytes(message)
		}
		if err != nil {
			b.err = cutBody(err)
			b.cancel()
		}
	}
	if len(b.rest) == 0 && len(into) > 0 {
		return 0, b.err
	}
	size := copy(into, b.rest)
	b.rest = b.rest[size:]
	return size, nil
}

func (b *body[Message]) Close() error {
	b.closed.Store(true)
	b.cancel()
	return nil
}

func cutBody(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		return fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
	}
}
