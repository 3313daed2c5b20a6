package inferwire

import (
	"context"
	"errors"
	"io"
	"iter"

	"google.golang.org/grpc"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Event is one event of a streamed completion.
type Event struct {
	Message *inferwirev1.StreamCompleteResponse
}

// Text is what this event adds to the text of the first choice; empty for all other events.
func (e Event) Text() string {
	for _, choice := range e.Message.GetChunk().GetChoices() {
		if choice.GetIndex() == 0 {
			return choice.GetDelta().GetContent()
		}
	}
	return ""
}

// Completed is the last event's usage, gateway info and, if asked for, whole answer; else nil.
func (e Event) Completed() *inferwirev1.StreamCompleted { return e.Message.GetCompleted() }

// Stream begins the call when the loop begins. Leaving the loop cancels it, here and upstream. An
// error is the loop's last element; a stream that was cut ends with one. The next message is read
// only when the loop asks for it, so a slow loop slows the model's stream down.
func (c *Client) Stream(ctx context.Context, request *inferwirev1.StreamCompleteRequest, options ...grpc.CallOption) iter.Seq2[Event, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamCompleteResponse], error) {
		request, err := applied(request, options)
		if err != nil {
			return nil, err
		}
		return c.chat.StreamComplete(ctx, request, options...)
	}
	messages := read(ctx, c, open, func(m *inferwirev1.StreamCompleteResponse) bool { return m.GetCompleted() != nil })
	return func(yield func(Event, error) bool) {
		messages(func(message *inferwirev1.StreamCompleteResponse, err error) bool {
			return yield(Event{message}, err)
		})
	}
}

// Cost is exact; false: not known, or not yet.
func (e Event) Cost() (Money, bool) { return costOf(e.Completed().GetGateway()) }

// StreamInvoke calls any path that the server allows, and streams the answer.
func (c *Client) StreamInvoke(ctx context.Context, request *inferwirev1.StreamInvokeRequest, options ...grpc.CallOption) iter.Seq2[*inferwirev1.StreamInvokeResponse, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamInvokeResponse], error) {
		return c.raw.StreamInvoke(ctx, request, options...)
	}
	return read(ctx, c, open, func(m *inferwirev1.StreamInvokeResponse) bool { return m.GetCompleted() != nil })
}

func read[Message any](ctx context.Context, c *Client, open func(context.Context) (grpc.ServerStreamingClient[Message], error),
	isLast func(*Message) bool) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		ctx, cancel := bounded(ctx, c.timeout())
		defer cancel()
		stream, err := open(ctx)
		if err != nil {
			yield(nil, fromGRPC(err))
			return
		}
		for complete := false; ; {
			message, err := stream.Recv()
			switch {
			case errors.Is(err, io.EOF) && complete:
				return
			case errors.Is(err, io.EOF):
				yield(nil, cutShort())
				return
			case err != nil:
				yield(nil, fromGRPC(err))
				return
			}
			complete = complete || isLast(message)
			if !yield(message, nil) {
				return
			}
		}
	}
}
