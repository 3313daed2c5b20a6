package inferwire

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// eventEnd knows whether a stream of events has come to its end. The provider's connection may end
// well and the stream in its middle all the same, even with a [DONE]; SDKs take that for the whole
// answer.
type eventEnd struct {
	chat     bool
	last     *regexp.Regexp // types of last events; nil: none is known
	begun    map[int]bool   // choices; true: it has its end, too
	told     bool           // the last event has come, or an error
	heldBack []byte
}

// What is read of an event; the rest is the SDK's.
type endEvent struct {
	Type    any
	Error   any
	Choices []struct {
		Index        int
		FinishReason any `json:"finish_reason"`
	}
}

var (
	lastOfResponse = regexp.MustCompile(`^(?:response\.(?:completed|failed|incomplete|cancelled)|error)$`)
	lastOfMedia    = regexp.MustCompile(`\.(?:completed|done)$|^error$`)
)

func newEventEnd(path string, started *inferwirev1.RawStarted) *eventEnd {
	end := &eventEnd{begun: map[int]bool{}}
	if started.GetHttpStatus()/100 != 2 || !strings.HasPrefix(strings.ToLower(started.GetContentType()), "text/event-stream") {
		return end
	}
	switch {
	case path == "/chat/completions" || path == "/completions":
		end.chat = true
	case path == "/responses" || strings.HasPrefix(path, "/responses/"):
		end.last = lastOfResponse
	case strings.HasPrefix(path, "/images/") || strings.HasPrefix(path, "/audio/"):
		end.last = lastOfMedia
	}
	return end
}

// pass: the event as it goes on. Behind [DONE] SDKs read nothing: they get it once the call has ended
// well.
func (e *eventEnd) pass(event *inferwirev1.ServerSentEvent) []byte {
	text := append(e.heldBack, eventText(event)...)
	e.heldBack = nil
	if bytes.Equal(event.GetData(), []byte("[DONE]")) {
		text, e.heldBack = nil, text
	} else if e.chat || e.last != nil {
		e.see(event.GetData())
	}
	return text
}

func (e *eventEnd) see(data []byte) {
	var event endEvent
	_ = json.Unmarshal(data, &event) // the SDK says what is wrong with it
	kind, _ := event.Type.(string)
	e.told = e.told || event.Error != nil || e.last != nil && e.last.MatchString(kind)
	for _, choice := range event.Choices {
		e.begun[choice.Index] = e.begun[choice.Index] || choice.FinishReason != nil
	}
}

// end: what was held back, or what is wrong with a stream that ends here.
func (e *eventEnd) end() ([]byte, error) {
	whole := e.told || !e.chat && e.last == nil || e.chat && len(e.begun) > 0
	for _, finished := range e.begun {
		whole = whole && (finished || e.told)
	}
	if !whole {
		return nil, cutShort()
	}
	return e.heldBack, nil
}
