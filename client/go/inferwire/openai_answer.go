package inferwire

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

const costHeader, requestIDHeader = "X-Inferwire-Cost-Picousd", "X-Inferwire-Request-Id"

func (r roundTripper) whole(ctx context.Context, call *inferwirev1.HttpCall, options *inferwirev1.CallOptions) (*http.Response, error) {
	answer, err := r.client.Invoke(ctx, &inferwirev1.InvokeRequest{Call: call, Options: options})
	if err != nil {
		return nil, err
	}
	response := answered(answer.GetHttpStatus(), answer.GetContentType(), answer.GetHeaders(), answer.GetGateway())
	response.ContentLength = int64(len(answer.GetBody()))
	response.Body = io.NopCloser(bytes.NewReader(answer.GetBody()))
	setCost(response.Header, answer.GetGateway())
	return response, nil
}

func (r roundTripper) stream(ctx context.Context, call *inferwirev1.HttpCall, options *inferwirev1.CallOptions) (*http.Response, error) {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := inferwirev1.NewRawServiceClient(r.client.Channel()).StreamInvoke(ctx,
		&inferwirev1.StreamInvokeRequest{Call: call, Options: options})
	var first *inferwirev1.StreamInvokeResponse
	if err == nil {
		first, err = stream.Recv()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	started := first.GetStarted()
	response := answered(started.GetHttpStatus(), started.GetContentType(), started.GetHeaders(), started.GetGateway())
	response.ContentLength = -1
	response.Trailer = http.Header{costHeader: nil}
	events := newEventEnd(call.GetPath(), started)
	response.Body = &body[inferwirev1.StreamInvokeResponse]{stream: stream, cancel: cancel,
		bytes: func(message *inferwirev1.StreamInvokeResponse) ([]byte, error) {
			switch {
			case message.GetEvent() != nil:
				return events.pass(message.GetEvent()), nil
			case message.GetCompleted() != nil:
				setCost(response.Trailer, message.GetCompleted().GetGateway())
				return events.end()
			}
			return message.GetBodyPart(), nil
		}}
	return response, nil
}

func setCost(header http.Header, gateway *inferwirev1.GatewayInfo) {
	if cost := CostOf(gateway.GetCost()); cost != nil {
		header.Set(costHeader, strconv.FormatInt(*cost, 10))
	}
}

// A server-sent event as it came.
func eventText(event *inferwirev1.ServerSentEvent) []byte {
	var text bytes.Buffer
	if event.GetEvent() != "" {
		text.WriteString("event: " + event.GetEvent() + "\n")
	}
	if event.GetId() != "" {
		text.WriteString("id: " + event.GetId() + "\n")
	}
	for line := range bytes.SplitSeq(event.GetData(), []byte("\n")) {
		text.WriteString("data: ")
		text.Write(line)
		text.WriteByte('\n')
	}
	text.WriteByte('\n')
	return text.Bytes()
}

// An answer of the upstream, all but its body.
func answered(status int32, kind string, headers []*inferwirev1.HttpHeader, gateway *inferwirev1.GatewayInfo) *http.Response {
	response := newResponse(int(status))
	for _, header := range headers {
		if header.GetName() != "content-length" { // of the body that the gateway got
			response.Header.Add(header.GetName(), header.GetValue())
		}
	}
	if kind != "" {
		response.Header.Set("Content-Type", kind)
	}
	setRequestID(response.Header, gateway.GetRequestId())
	if wait := gateway.GetRetryAfter(); wait != nil {
		setRetryAfter(response.Header, wait.AsDuration())
	}
	return response
}

func newResponse(status int) *http.Response {
	return &http.Response{StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status),
		Proto: "HTTP/2.0", ProtoMajor: 2, Header: http.Header{}}
}

func setRequestID(header http.Header, id string) {
	if id == "" {
		return
	}
	header.Set(requestIDHeader, id)
	if header.Get("X-Request-Id") == "" {
		header.Set("X-Request-Id", id)
	}
}

// What the upstream itself has said stays.
func setRetryAfter(header http.Header, wait time.Duration) {
	if header.Get("Retry-After") != "" || header.Get("Retry-After-Ms") != "" {
		return
	}
	seconds := (wait + time.Second - 1) / time.Second
	header.Set("Retry-After", strconv.FormatInt(int64(seconds), 10))
	header.Set("Retry-After-Ms", strconv.FormatInt(wait.Milliseconds(), 10))
}

// A failure of the gateway, or on the way to it, as the provider would say it.
func failed(request *http.Request, failure *Error) *http.Response {
	status := httpStatus(failure)
	response := newResponse(status)
	var parameter any
	if len(failure.Fields) > 0 {
		parameter = strings.TrimPrefix(failure.Fields[0].Field, "call.")
	}
	text, _ := json.Marshal(map[string]any{"error": map[string]any{"message": failure.Error(),
		"type": errorType(status), "param": parameter, "code": or(failure.Reason, codeName(failure.Code))}})
	response.Header.Set("Content-Type", "application/json")
	response.Header.Set("X-Should-Retry", strconv.FormatBool(failure.Retryable))
	setRequestID(response.Header, failure.RequestID())
	if failure.HasRetryAfter {
		setRetryAfter(response.Header, failure.RetryAfter)
	}
	response.ContentLength = int64(len(text))
	response.Body = io.NopCloser(bytes.NewReader(text))
	response.Request = request
	return response
}

func httpStatus(failure *Error) int {
	if strings.HasSuffix(failure.Reason, "TOO_LARGE") || failure.Reason == "" && failure.Code == codes.ResourceExhausted {
		return http.StatusRequestEntityTooLarge // the latter is gRPC's own bound
	}
	switch failure.Code {
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		return http.StatusBadRequest
	case codes.Unauthenticated:
		return http.StatusUnauthorized
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.NotFound:
		return http.StatusNotFound
	case codes.AlreadyExists, codes.Aborted:
		return http.StatusConflict
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	case codes.DeadlineExceeded:
		return http.StatusGatewayTimeout
	case codes.Unimplemented:
		return http.StatusNotImplemented
	case codes.Canceled:
		return 499 // as servers write of a caller that left
	default:
		return http.StatusInternalServerError
	}
}

// OpenAI's kinds of errors.
func errorType(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "authentication_error"
	case http.StatusForbidden:
		return "permission_error"
	case http.StatusTooManyRequests:
		return "rate_limit_error"
	}
	if status < http.StatusInternalServerError {
		return "invalid_request_error"
	}
	return "server_error"
}

func bodyTooLarge() *Error {
	return &Error{Code: codes.InvalidArgument, Domain: ClientDomain, Reason: "REQUEST_TOO_LARGE",
		Message: "the body is larger than the client's MaxMessageBytes"}
}
