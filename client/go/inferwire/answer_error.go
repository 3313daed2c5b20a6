package inferwire

import (
	"errors"

	"google.golang.org/grpc/codes"
)

// What an AnswerError is: errors.Is tells them apart.
var (
	ErrRefused       = errors.New("the model, or its provider's filter, refused to answer")
	ErrCutOff        = errors.New("the answer was cut off before its end")
	ErrMismatch      = errors.New("the answer is not what was asked for")
	ErrTooManyRounds = errors.New("the model still asks for tools after the last round")
)

// Reasons of the *Error that an AnswerError also is.
var answerReasons = map[error]string{
	ErrRefused: "REFUSED", ErrCutOff: "CUT_OFF", ErrMismatch: "MISMATCH", ErrTooManyRounds: "TOO_MANY_ROUNDS",
}

// AnswerError is the error of a call that went well and was billed, and whose answer is of no use. It
// has the answer, with all that was said and what it cost; its own text quotes none of it.
type AnswerError struct {
	// Answer that the model gave; of several rounds, the last one.
	Answer *Answer
	// Run, of RunTools: the chat, the usage and the cost of all rounds.
	Run *ToolRun

	kind  error
	cause error
}

func answerError(kind error, answer *Answer, cause error) *AnswerError {
	return &AnswerError{Answer: answer, kind: kind, cause: cause}
}

func (e *AnswerError) Error() string {
	if e.cause != nil {
		return e.kind.Error() + ": " + e.cause.Error()
	}
	return e.kind.Error()
}

// Unwrap makes errors.Is(err, ErrRefused) work, and errors.As with *Error.
func (e *AnswerError) Unwrap() []error {
	return []error{e.kind, &Error{Code: codes.FailedPrecondition, Domain: ClientDomain, Reason: answerReasons[e.kind],
		Message: e.Error(), Metadata: map[string]string{"origin": "upstream", "phase": "after_output",
			"request_id": e.Answer.GetGateway().GetRequestId()}}}
}
