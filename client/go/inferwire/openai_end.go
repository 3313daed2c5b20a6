package inferwire

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// eventEnd knows whether a stream of events has come to its end. The provider's connection may end
// well and the stream in its middle all the same; SDKs take that for the whole answer.
type eventEnd struct {
	pattern *regexp.Regexp // of an event after which the stream may end; nil: nothing is known of it
	events  bool
	seen    bool
	held    []byte
}

// Quotes in what a model says are escaped: it cannot look like one of these.
var (
	endOfChat     = regexp.MustCompile(`"finish_reason"\s*:\s*"|"error"\s*:\s*\{`)
	endOfResponse = regexp.MustCompile(`"type"\s*:\s*"(?:response\.(?:completed|failed|incomplete|cancelled)|error)"`)
	endOfMedia    = regexp.MustCompile(`"type"\s*:\s*"(?:[a-z_.]+\.(?:completed|done)|error)"|"error"\s*:\s*\{`)
)

func endOf(path string) *regexp.Regexp {
	switch {
	case path == "/chat/completions" || path == "/completions":
		return endOfChat
	case path == "/responses" || strings.HasPrefix(path, "/responses/"):
		return endOfResponse
	case strings.HasPrefix(path, "/images/") || strings.HasPrefix(path, "/audio/"):
		return endOfMedia
	}
	return nil
}

// pass: the event as it goes on. Behind [DONE] SDKs read nothing: they get it once the call has ended
// well.
func (e *eventEnd) pass(event *inferwirev1.ServerSentEvent) []byte {
	e.events = true
	isDone := bytes.Equal(event.GetData(), []byte("[DONE]"))
	e.seen = e.seen || isDone || e.pattern != nil && e.pattern.Match(event.GetData())
	text := append(e.held, eventText(event)...)
	e.held = nil
	if isDone {
		text, e.held = nil, text
	}
	return text
}

// end: what was held, or what is wrong with a stream that ends here.
func (e *eventEnd) end() ([]byte, error) {
	if e.pattern != nil && e.events && !e.seen {
		return nil, cutShort()
	}
	return e.held, nil
}
