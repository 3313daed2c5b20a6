package inferwire

import (
	"context"
	"iter"
	"slices"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// ResponseEvent is one event of a streamed response.
type ResponseEvent struct {
	Message *inferwirev1.StreamResponseResponse
}

// Event is the upstream's event; nil: one of the gateway (started, completed, heartbeat).
func (e ResponseEvent) Event() *inferwirev1.ResponseEvent { return e.Message.GetResponseEvent() }

// Type is response.output_text.delta, ...; empty for the gateway's events.
func (e ResponseEvent) Type() string { return e.Event().GetType() }

// Text is what this event adds to the answer's text; empty for all other events.
func (e ResponseEvent) Text() string {
	if e.Type() != "response.output_text.delta" {
		return ""
	}
	return e.Event().GetDelta()
}

// Completed is the last event's id, status, usage and gateway info; else nil.
func (e ResponseEvent) Completed() *inferwirev1.ResponseStreamCompleted {
	return e.Message.GetCompleted()
}

// StreamResponse is a new response, event by event; see ResponseStream.
func (c *Client) StreamResponse(ctx context.Context, request *inferwirev1.StreamResponseRequest, options ...grpc.CallOption) *ResponseStream {
	return &ResponseStream{client: c, ctx: ctx, request: request, options: options, reception: newReception(request)}
}

// StreamResponseText streams the response to one text.
func (c *Client) StreamResponseText(ctx context.Context, input string, options ...grpc.CallOption) *ResponseStream {
	return c.StreamResponse(ctx, &inferwirev1.StreamResponseRequest{Params: c.respondTo(input)}, options...)
}

// ResumeResponse brings the events of a response in the background behind the one that
// StartingAfter names.
func (c *Client) ResumeResponse(ctx context.Context, resume *inferwirev1.ResponseResumption, options ...grpc.CallOption) *ResponseStream {
	return c.StreamResponse(ctx, &inferwirev1.StreamResponseRequest{Resume: resume}, options...)
}

// ResponseStream is a streamed response. If its params have Background, it goes on by itself when its
// connection breaks, until its context ends; if it has gone on and the response fails, that is its
// Response, not an error. Not safe for concurrent use.
type ResponseStream struct {
	client    *Client
	ctx       context.Context // of the call, which begins with the loop
	request   *inferwirev1.StreamResponseRequest
	options   []grpc.CallOption
	reception *reception
}

// Text of the answer, as far as it has come.
func (s *ResponseStream) Text() string { return s.reception.text.String() }

// Response is the whole one, once it has ended; else nil.
func (s *ResponseStream) Response() *inferwirev1.Response { return s.reception.response }

// ResponseID is empty before it is known.
func (s *ResponseStream) ResponseID() string { return s.reception.id }

// LastSequenceNumber of what has come; nil: of nothing. See ResumeResponse.
func (s *ResponseStream) LastSequenceNumber() *int64 { return s.reception.last }

// Events may be looped over once. The call begins with the loop, and leaving the loop cancels it; a
// response in the background goes on at the upstream. An error is the loop's last element.
func (s *ResponseStream) Events() iter.Seq2[ResponseEvent, error] {
	return func(yield func(ResponseEvent, error) bool) {
		ctx, cancel := bounded(s.ctx, s.client.timeout())
		defer cancel()
		request, options := s.request, s.options
		open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamResponseResponse], error) {
			return inferwirev1.NewResponsesServiceClient(s.client.Channel()).StreamResponse(ctx, request, options...)
		}
		goesOn := func(failure *Error) bool {
			if !s.reception.goesOnAfter(failure) {
				return false
			}
			request, options = s.reception.resumption(), withoutSettings(s.options)
			return true
		}
		isLast := func(m *inferwirev1.StreamResponseResponse) bool { return m.GetCompleted() != nil }
		for message, err := range patiently(ctx, s.client, open, isLast, goesOn) {
			event := ResponseEvent{message}
			if err == nil && !s.reception.take(event) {
				continue
			}
			if !yield(event, err) {
				return
			}
		}
	}
}

// Resume is the stream behind the last event that has come, after an error or a loop that was left.
// Its Text begins with what has come before.
func (s *ResponseStream) Resume(ctx context.Context) (*ResponseStream, error) {
	if !s.reception.canGoOn() {
		return nil, notResumable()
	}
	return &ResponseStream{client: s.client, ctx: ctx, request: s.reception.resumption(), options: withoutSettings(s.options),
		reception: s.reception}, nil
}

// What has come of one response, over any number of streams.
type reception struct {
	request            *inferwirev1.StreamResponseRequest
	id, upstream       string
	last               *int64
	text               strings.Builder
	response           *inferwirev1.Response
	started, uncounted bool
}

func newReception(request *inferwirev1.StreamResponseRequest) *reception {
	resume := request.GetResume()
	r := &reception{request: request, id: resume.GetResponseId(), upstream: resume.GetUpstream()}
	if resume != nil && resume.StartingAfter != nil {
		r.last = proto.Int64(resume.GetStartingAfter())
	}
	return r
}

// False: it has come before, from the stream before.
func (r *reception) take(event ResponseEvent) bool {
	if started := event.Message.GetStarted(); started != nil {
		r.upstream = or(r.upstream, started.GetGateway().GetUpstream())
		first := !r.started
		r.started = true
		return first
	}
	upstream := event.Event()
	if upstream == nil {
		return true
	}
	switch number := upstream.SequenceNumber; {
	case number == nil:
		r.uncounted = true
	case r.last != nil && *number <= *r.last:
		return false
	default:
		r.last = proto.Int64(*number)
	}
	if response := upstream.GetResponse(); response != nil {
		r.id = or(response.GetId(), r.id)
		if isFinal(event.Type()) {
			r.response = response
		}
	}
	r.text.WriteString(event.Text())
	return true
}

// After these nothing follows but the stream's end.
func isFinal(kind string) bool {
	return slices.Contains([]string{"response.completed", "response.incomplete", "response.failed", "response.cancelled"}, kind)
}

func (r *reception) canGoOn() bool { return r.id != "" && !r.uncounted }

// Whether the client goes on by itself; patiently says after which errors and for how long.
func (r *reception) goesOnAfter(failure *Error) bool {
	lasting := r.request.GetResume() != nil || r.request.GetParams().GetBackground()
	return lasting && r.canGoOn() && failure.Code != codes.Canceled && r.response == nil
}

// What brings the events behind the last one.
func (r *reception) resumption() *inferwirev1.StreamResponseRequest {
	resume := &inferwirev1.ResponseResumption{ResponseId: r.id, StartingAfter: r.last, Upstream: r.upstream}
	request := &inferwirev1.StreamResponseRequest{Resume: resume, HeartbeatInterval: r.request.GetHeartbeatInterval()}
	if options := r.request.GetOptions(); options != nil {
		request.Options = proto.Clone(options).(*inferwirev1.CallOptions)
		request.Options.IdempotencyKey = "" // it is the first request's
	}
	return request
}

func withoutSettings(options []grpc.CallOption) []grpc.CallOption {
	return slices.DeleteFunc(slices.Clone(options), func(option grpc.CallOption) bool {
		_, is := option.(setting)
		return is
	})
}

func notResumable() *Error {
	return &Error{Code: codes.FailedPrecondition, Domain: ClientDomain, Reason: NotResumable,
		Message: "no event has come that the stream could go on behind"}
}
