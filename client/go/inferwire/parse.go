package inferwire

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Parsed is an answer that is a value of a type.
type Parsed[T any] struct {
	*Answer
	Value T
}

// Parse asks for a value of a type: its JSON Schema goes along, and the answer is held against it.
//
//	type City struct {
//		Name    string   `json:"name" description:"in English"`
//		Size    string   `json:"size" enum:"small,large"`
//		Founded *int     `json:"founded"` // may be null, as what has omitempty
//	}
//	city, err := inferwire.Parse[City](ctx, client, "Tell me about Paris.")
//
// Structs (also embedded), slices, arrays, maps, pointers, numbers, text, booleans, time.Time and what
// reads itself from text; the tags json, description, enum, jsonschema and jsonschema_description. A
// type that contains itself, an interface or what reads itself from JSON is an *Error, and nothing is
// sent. So is not what the model does: *AnswerError if it refuses (ErrRefused), stops too early
// (ErrCutOff) or says something else (ErrMismatch).
func Parse[T any, P Prompt](ctx context.Context, client *Client, prompt P, options ...grpc.CallOption) (*Parsed[T], error) {
	shape, err := shapeOf(reflect.TypeFor[T]())
	if err != nil {
		return nil, err
	}
	format := WithParams(func(params *inferwirev1.ChatCompletionParams) { params.ResponseFormat = shape.format() })
	answer, err := client.Chat(ctx, messagesOf(prompt), append(options[:len(options):len(options)], format)...)
	if err != nil {
		return nil, err
	}
	parsed := &Parsed[T]{Answer: answer}
	if err := whole(answer); err != nil {
		return nil, err
	}
	if err := shape.read(contentOf(answer.Message()), &parsed.Value); err != nil {
		return nil, answerError(ErrMismatch, answer, err)
	}
	return parsed, nil
}

// An answer that the model has neither refused nor left unfinished.
func whole(answer *Answer) error {
	finish := answer.choice().GetFinishReason()
	switch {
	case answer.Refusal() != "" || finish == inferwirev1.FinishReason_FINISH_REASON_CONTENT_FILTER:
		return answerError(ErrRefused, answer, nil)
	case finish == inferwirev1.FinishReason_FINISH_REASON_LENGTH:
		return answerError(ErrCutOff, answer, nil)
	}
	return nil
}

// What a type looks like to a model.
type shape struct {
	name    string
	schema  *schema
	wrapped bool // in an object, which alone can be asked for
}

const wrapper = "value"

var notForNames = regexp.MustCompile(`[^a-zA-Z0-9_-]+`)

func shapeOf(t reflect.Type) (*shape, error) {
	described, err := schemaOf(t, nil)
	if err != nil {
		return nil, invalidRequest(err.Error())
	}
	for t.Kind() == reflect.Pointer {
		t, described.nullable = t.Elem(), false
	}
	name := notForNames.ReplaceAllString(t.Name(), "_")
	result := &shape{name: or(name[:min(len(name), 64)], "answer"), schema: described}
	if described.kind != "object" {
		result.wrapped = true
		result.schema = &schema{kind: "object", properties: []property{{wrapper, described}}}
	}
	return result, nil
}

func (s *shape) format() *inferwirev1.ResponseFormat {
	return &inferwirev1.ResponseFormat{Format: &inferwirev1.ResponseFormat_JsonSchema{
		JsonSchema: &inferwirev1.JsonSchemaFormat{Name: s.name, Strict: proto.Bool(s.schema.isStrict()),
			SchemaJson: proto.String(string(mustMarshal(s.schema)))}}}
}

// read: its errors name what is wrong, but quote nothing of it.
func (s *shape) read(text string, into any) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return errors.New("is no JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("has something behind its JSON")
	}
	if fault := s.schema.faultOf(value, ""); fault != "" {
		return errors.New(strings.TrimPrefix(fault, "."))
	}
	if s.wrapped {
		text = string(mustMarshal(value.(map[string]any)[wrapper]))
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) && wrong.Field != "" {
			return errors.New(wrong.Field + ": is no " + wrong.Type.String())
		}
		return errors.New("a text in it is not of its type")
	}
	return nil
}
