package inferwire

import (
	"context"
	"errors"
	"io"
	"regexp"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// What asks for no work of a model, and may be repeated.
var reads = regexp.MustCompile(`/(?:Get|List|Delete|Cancel|Count)[A-Z]\w*$`)

// Channel is what the stubs of inferwirev1 are made with, for every RPC that has no call of its own:
//
//	conversations := inferwirev1.NewConversationsServiceClient(client.Channel())
//
// Their calls have the client's deadlines, errors (*Error), retries and options (IdempotencyKey, WithModel, ...).
func (c *Client) Channel() grpc.ClientConnInterface { return channel{c} }

type channel struct{ client *Client }

func (c channel) Invoke(ctx context.Context, method string, request, response any, options ...grpc.CallOption) error {
	usual := c.client.timeout()
	if reads.MatchString(method) {
		usual = c.client.readTimeout()
	}
	ctx, cancel := bounded(ctx, usual)
	defer cancel()
	request, err := changed(request, options)
	if err != nil {
		return err
	}
	if err := c.client.connection.Invoke(ctx, method, request, response, options...); err != nil {
		return fromGRPC(err)
	}
	return nil
}

func (c channel) NewStream(ctx context.Context, description *grpc.StreamDesc, method string, options ...grpc.CallOption) (grpc.ClientStream, error) {
	ctx, cancel := bounded(ctx, c.client.timeout())
	stream, err := c.client.connection.NewStream(ctx, description, method, options...)
	if err != nil {
		cancel()
		return nil, fromGRPC(err)
	}
	return &channelStream{ClientStream: stream, cancel: cancel, options: options, answers: description.ServerStreams}, nil
}

// A stream whose errors are the client's.
type channelStream struct {
	grpc.ClientStream
	cancel  context.CancelFunc
	options []grpc.CallOption
	answers bool // any number of them
	sent    bool
	last    proto.Message
}

func (s *channelStream) SendMsg(message any) error {
	if !s.sent { // later messages are data
		s.sent = true
		var err error
		if message, err = changed(message, s.options); err != nil {
			return err
		}
	}
	err := s.ClientStream.SendMsg(message)
	if err == nil || errors.Is(err, io.EOF) {
		return err // the answer says why it is over
	}
	return fromGRPC(err)
}

func (s *channelStream) RecvMsg(message any) error {
	err := s.ClientStream.RecvMsg(message)
	if err == nil && s.answers {
		s.last, _ = message.(proto.Message)
		return nil
	}
	s.cancel()
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, io.EOF):
		return fromGRPC(err)
	case s.last != nil && !mayBeLast(s.last):
		return cutShort()
	}
	return err
}

// Streams of answers end with `completed`; others may end with any message.
func mayBeLast(message proto.Message) bool {
	reflected := message.ProtoReflect()
	completed := reflected.Descriptor().Fields().ByName("completed")
	return completed == nil || reflected.Has(completed)
}

func changed(request any, options []grpc.CallOption) (any, error) {
	message, is := request.(proto.Message)
	if !is {
		return request, nil
	}
	return applied(message, options)
}
