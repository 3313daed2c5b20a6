package inferwire

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	rpcstatus "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// The domain and reasons of errors that the client makes itself. Every other reason is a name of
// inferwirev1.ErrorReason without ERROR_REASON_, in the domain "inferwire".
const (
	ClientDomain = "inferwire.client"

	Unreachable     = "UNREACHABLE" // the call never left this process
	ConnectionLost  = "CONNECTION_LOST"
	Deadline        = "DEADLINE"
	Cancelled       = "CANCELLED"
	StreamTruncated = "STREAM_TRUNCATED"
	InvalidOptions  = "INVALID_OPTIONS"
	InvalidRequest  = "INVALID_REQUEST" // what was given is no request; nothing was sent
	ClientClosed    = "CLIENT_CLOSED"
	NotResumable    = "NOT_RESUMABLE" // of a streamed response that nothing has come of
)

// FieldViolation says what is wrong with one field of the request.
type FieldViolation struct {
	Field       string // path in the request message, e.g. params.messages[0].content
	Description string
}

// QuotaViolation says which limit was reached.
type QuotaViolation struct {
	Subject     string
	Description string
}

// Limit says into which of the caller's limits a call did not fit. Amounts are text: exact, in USD
// where the limit is money; empty where the server said nothing.
type Limit struct {
	Name  string // rpm, tpm, concurrent, ...; of a budget day, week or month
	Scope string // tenant/acme, team/acme/search
	Model string

	Amount, Used, Reserved, Remaining, Needed string

	ResetsAt string // RFC 3339
}

// Error is what every failed call returns; errors.As finds it. Error() is one line for people.
type Error struct {
	Code    codes.Code
	Domain  string // "inferwire", ClientDomain, or empty: the status had no details
	Reason  string // e.g. RATE_LIMITED; empty: the status had no details
	Message string
	// Retryable: a repetition cannot be billed twice and may succeed.
	Retryable bool
	// RetryAfter is how long to wait before a retry; HasRetryAfter tells an absent one from zero.
	RetryAfter    time.Duration
	HasRetryAfter bool
	Fields        []FieldViolation
	Quotas        []QuotaViolation
	// Metadata is ErrorInfo.metadata: origin, upstream, model, attempts, phase, ...
	Metadata map[string]string
	// Unfinished, of CompleteMany: ids that were sent and not answered when the stream broke.
	Unfinished []string
}

// RequestID is the gateway's id of the call.
func (e *Error) RequestID() string { return e.Metadata["request_id"] }

// FirstRequestID is the call that had an idempotency key first, of an error about one; else empty.
func (e *Error) FirstRequestID() string { return e.Metadata["first_request_id"] }

// Limit of TENANT_RATE_LIMITED, CONCURRENCY_LIMITED and BUDGET_EXCEEDED; else nil.
func (e *Error) Limit() *Limit {
	facts := e.Metadata
	if facts["scope"] == "" {
		return nil
	}
	amount := func(name string) string { return or(facts[name], facts[name+"_usd"]) }
	return &Limit{Name: or(facts["limit"], facts["period"]), Scope: facts["scope"], Model: facts["model"],
		Amount: or(facts["limit_value"], facts["limit_usd"]), Used: amount("used"), Reserved: amount("reserved"),
		Remaining: amount("remaining"), Needed: amount("needed"), ResetsAt: facts["reset_at"]}
}

// Origin is caller, gateway, upstream, cancelled or, when the way between client and gateway failed,
// network.
func (e *Error) Origin() string {
	switch origin := e.Metadata["origin"]; {
	case origin != "":
		return origin
	case e.Code == codes.Canceled:
		return "cancelled"
	case e.Domain != ClientDomain:
		return "gateway"
	case e.Reason == Unreachable || e.Reason == ConnectionLost || e.Reason == StreamTruncated:
		return "network"
	default:
		return "caller"
	}
}

// MayBeBilled says whether the model may have worked on this call (proto/README.md has the rule).
func (e *Error) MayBeBilled() bool {
	if e.Retryable {
		return false
	}
	if e.Metadata["phase"] == "after_output" || e.Metadata["maybe_billed"] != "" {
		return true
	}
	upstream := e.Metadata["upstream_status"]
	refused := strings.HasPrefix(upstream, "4") && upstream != "408"
	if refused || e.Metadata["attempts"] == "0" {
		return false
	}
	switch e.Code {
	case codes.Canceled, codes.Unknown, codes.DeadlineExceeded, codes.Internal, codes.Unavailable,
		codes.DataLoss:
		return true
	default:
		return false
	}
}

// GRPCStatus makes status.Code(err) work.
func (e *Error) GRPCStatus() *status.Status { return status.New(e.Code, e.Message) }

// Is makes errors.Is(err, context.DeadlineExceeded) and context.Canceled work.
func (e *Error) Is(target error) bool {
	return target == context.DeadlineExceeded && e.Code == codes.DeadlineExceeded ||
		target == context.Canceled && e.Code == codes.Canceled
}

func (e *Error) Error() string {
	var text strings.Builder
	name := codeName(e.Code)
	text.WriteString(name)
	if e.Reason != "" && e.Reason != name {
		text.WriteString(" " + e.Reason)
	}
	if e.Message != "" {
		text.WriteString(": " + e.Message)
	}
	for _, violation := range e.Fields {
		if !strings.Contains(e.Message, violation.Field) {
			fmt.Fprintf(&text, "; %s: %s", violation.Field, violation.Description)
		}
	}
	for _, quota := range e.Quotas {
		if quota.Description == "" || !strings.Contains(e.Message, quota.Description) {
			fmt.Fprintf(&text, "; limit of %s: %s", quota.Subject, quota.Description)
		}
	}
	retry := "not safe to retry blindly"
	if e.Retryable {
		retry = "safe to retry"
		if e.HasRetryAfter {
			retry += fmt.Sprintf(" after %g s", e.RetryAfter.Seconds())
		}
	}
	fmt.Fprintf(&text, " (origin: %s; %s)", e.Origin(), retry)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text.String())
}

// Codes as gRPC's documents spell them: DEADLINE_EXCEEDED, not DeadlineExceeded.
func codeName(code codes.Code) string {
	if code == codes.Canceled {
		return "CANCELLED"
	}
	if code == codes.OK {
		return "OK"
	}
	var name strings.Builder
	for i, r := range code.String() {
		if i > 0 && unicode.IsUpper(r) {
			name.WriteByte('_')
		}
		name.WriteRune(unicode.ToUpper(r))
	}
	return name.String()
}

// FromRPCStatus is the error of one item of CompleteMany or of a batch.
func FromRPCStatus(from *rpcstatus.Status) *Error {
	e := &Error{Code: codes.Code(from.GetCode()), Message: from.GetMessage()}
	for _, detail := range status.FromProto(from).Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			e.Domain, e.Reason, e.Metadata = detail.Domain, detail.Reason, detail.Metadata
		case *errdetails.RetryInfo:
			e.RetryAfter, e.HasRetryAfter = detail.RetryDelay.AsDuration(), true
		case *errdetails.BadRequest:
			for _, v := range detail.FieldViolations {
				e.Fields = append(e.Fields, FieldViolation{v.Field, v.Description})
			}
		case *errdetails.QuotaFailure:
			for _, v := range detail.Violations {
				e.Quotas = append(e.Quotas, QuotaViolation{v.Subject, v.Description})
			}
		}
	}
	// RetryInfo is the gateway's invitation to come again; it gives none when that could bill twice.
	e.Retryable = e.HasRetryAfter
	if safe, known := e.Metadata["safe_to_retry"]; known {
		e.Retryable = safe == "true"
	}
	return e
}

// What gRPC says of a call that found no connection to leave by.
var neverLeft = []string{
	"Error while dialing",
	"authentication handshake failed",
	"name resolver error",
	"no children to pick from",
	"produced zero addresses",
}

func fromGRPC(err error) *Error {
	if known := (*Error)(nil); errors.As(err, &known) {
		return known
	}
	from, _ := status.FromError(err)
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		from = status.FromContextError(err)
	}
	if len(from.Details()) > 0 {
		return FromRPCStatus(from.Proto())
	}
	if from.Code() == codes.Internal && strings.Contains(from.Message(), "grpc: error while marshaling") {
		return invalidRequest(from.Message())
	}
	// A status without details is gRPC's own, or some proxy's.
	e := &Error{Code: from.Code(), Message: from.Message()}
	switch e.Code {
	case codes.Unavailable:
		e.Domain, e.Reason = ClientDomain, ConnectionLost
		for _, text := range neverLeft {
			if strings.Contains(e.Message, text) {
				e.Reason, e.Retryable = Unreachable, true
			}
		}
	case codes.DeadlineExceeded:
		e.Domain, e.Reason = ClientDomain, Deadline
	case codes.Canceled:
		e.Domain, e.Reason = ClientDomain, Cancelled
	}
	return e
}

func invalidOption(message string) *Error {
	return &Error{Code: codes.InvalidArgument, Domain: ClientDomain, Reason: InvalidOptions,
		Message: message}
}

// What was given is no request; nothing was sent.
func invalidRequest(message string) *Error {
	return &Error{Code: codes.InvalidArgument, Domain: ClientDomain, Reason: InvalidRequest, Message: message}
}

// A stream that ended with OK but without its last event: something between cut it.
func cutShort() *Error {
	return &Error{Code: codes.Unavailable, Domain: ClientDomain, Reason: StreamTruncated,
		Message: "the stream ended before its last event"}
}
