package inferwire

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// DefaultRealtimeModel is used by sessions that name none.
const DefaultRealtimeModel = "gpt-realtime"

// Longer than any provider's session: the gateway and the provider end it before.
const realtimeTimeout = 2 * time.Hour

// RealtimeEvent is one event of a session.
type RealtimeEvent struct {
	Message *inferwirev1.ConnectResponse
}

// Event is the upstream's event; nil: one of the gateway (going away), or JSON text (raw_json).
func (e RealtimeEvent) Event() *inferwirev1.RealtimeServerEvent { return e.Message.GetServerEvent() }

// Type is response.output_audio.delta, response.done, ...; empty for the gateway's events.
func (e RealtimeEvent) Type() string { return e.Event().GetType() }

// Text is what this event adds to what the model writes, or to the transcript of what it says.
func (e RealtimeEvent) Text() string {
	if e.Type() == "response.output_text.delta" || e.Type() == "response.output_audio_transcript.delta" {
		return e.Event().GetDelta()
	}
	return ""
}

// Audio is what this event adds to what the model says.
func (e RealtimeEvent) Audio() []byte { return e.Event().GetAudio() }

// GoingAway says that the session will be ended soon, and when; else nil.
func (e RealtimeEvent) GoingAway() *inferwirev1.RealtimeGoingAway { return e.Message.GetGoingAway() }

// RealtimeSession is a session with a model that listens and speaks. One goroutine loops over Events,
// any may send.
type RealtimeSession struct {
	stream grpc.BidiStreamingClient[inferwirev1.ConnectRequest, inferwirev1.ConnectResponse]
	cancel context.CancelFunc

	sending sync.Mutex
	ended   bool // guarded by sending

	mutex     sync.Mutex
	started   *inferwirev1.UpstreamStarted
	completed *inferwirev1.RealtimeCompleted
}

// Realtime begins a session, which ends with its context. nil is a session with DefaultRealtimeModel.
func (c *Client) Realtime(ctx context.Context, start *inferwirev1.RealtimeStart, options ...grpc.CallOption) (*RealtimeSession, error) {
	if start == nil {
		start = &inferwirev1.RealtimeStart{Model: DefaultRealtimeModel}
	}
	ctx, cancel := bounded(ctx, realtimeTimeout)
	stream, err := inferwirev1.NewRealtimeServiceClient(c.Channel()).Connect(ctx, options...)
	if err != nil {
		cancel()
		return nil, fromGRPC(err)
	}
	session := &RealtimeSession{stream: stream, cancel: cancel}
	return session, session.write(&inferwirev1.ConnectRequest{Message: &inferwirev1.ConnectRequest_Start{Start: start}})
}

// Send waits while the network is behind.
func (s *RealtimeSession) Send(event *inferwirev1.RealtimeClientEvent) error {
	return s.write(&inferwirev1.ConnectRequest{Message: &inferwirev1.ConnectRequest_Event{Event: event}})
}

// SendAudio adds to what the model hears.
func (s *RealtimeSession) SendAudio(audio []byte) error {
	return s.write(&inferwirev1.ConnectRequest{Message: &inferwirev1.ConnectRequest_Audio{Audio: audio}})
}

// SendJSON sends an event as JSON text, verbatim.
func (s *RealtimeSession) SendJSON(event string) error {
	return s.write(&inferwirev1.ConnectRequest{Message: &inferwirev1.ConnectRequest_RawJson{RawJson: event}})
}

// Say sends the user's words, and the wish for an answer.
func (s *RealtimeSession) Say(text string) error {
	kind, message, user := "input_text", "message", "user"
	content := &inferwirev1.ResponseContent{Type: &kind, Text: &text}
	item := &inferwirev1.ResponseItem{Type: &message, Role: &user, ContentParts: []*inferwirev1.ResponseContent{content}}
	if err := s.Send(&inferwirev1.RealtimeClientEvent{Type: "conversation.item.create", Item: item}); err != nil {
		return err
	}
	return s.Send(&inferwirev1.RealtimeClientEvent{Type: "response.create"})
}

// End says that nothing more is sent. What the model is saying still comes.
func (s *RealtimeSession) End() error {
	s.sending.Lock()
	defer s.sending.Unlock()
	s.ended = true
	return s.stream.CloseSend()
}

// Close cancels the session, unless its loop has come to the end.
func (s *RealtimeSession) Close() { s.cancel() }

// Started once the upstream has taken the session; else nil.
func (s *RealtimeSession) Started() *inferwirev1.UpstreamStarted {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.started
}

// Completed is usage and cost of the whole session, after the loop; else nil.
func (s *RealtimeSession) Completed() *inferwirev1.RealtimeCompleted {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.completed
}

// Events may be looped over once; leaving the loop cancels the session. After End the loop runs to
// the session's proper end. An error is its last element.
func (s *RealtimeSession) Events() iter.Seq2[RealtimeEvent, error] {
	return func(yield func(RealtimeEvent, error) bool) {
		defer s.cancel()
		for {
			message, err := s.stream.Recv()
			switch {
			case errors.Is(err, io.EOF) && s.Completed() != nil:
				return
			case errors.Is(err, io.EOF):
				yield(RealtimeEvent{}, cutShort())
				return
			case err != nil:
				yield(RealtimeEvent{}, fromGRPC(err))
				return
			}
			if s.take(message) && !yield(RealtimeEvent{message}, nil) {
				return
			}
		}
	}
}

// False: it is nothing that a loop is shown.
func (s *RealtimeSession) take(message *inferwirev1.ConnectResponse) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch event := message.Event.(type) {
	case *inferwirev1.ConnectResponse_Started:
		s.started = event.Started
	case *inferwirev1.ConnectResponse_Completed:
		s.completed = event.Completed
	case *inferwirev1.ConnectResponse_ServerEvent, *inferwirev1.ConnectResponse_GoingAway, *inferwirev1.ConnectResponse_RawJson:
		return true
	}
	return false
}

// A stream that is over says why to whoever loops over it.
func (s *RealtimeSession) write(message *inferwirev1.ConnectRequest) error {
	s.sending.Lock()
	defer s.sending.Unlock()
	err := error(io.EOF)
	if !s.ended {
		err = s.stream.Send(message)
	}
	if errors.Is(err, io.EOF) {
		return &Error{Code: codes.Canceled, Message: "the session has ended"}
	}
	if err != nil {
		return fromGRPC(err)
	}
	return nil
}
