package inferwire

import (
	"context"
	"iter"
	"strings"

	"google.golang.org/grpc"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Answer of a chat: Completion and Gateway, and what is usually read of them.
type Answer struct {
	*inferwirev1.CompleteResponse
}

// Text of the first choice; what the model refused with, if it refused.
func (a *Answer) Text() string { return Text(a.completion()) }

// Message of the first choice, as it goes on the chat's Messages; nil: there is none.
func (a *Answer) Message() *inferwirev1.ChatMessage { return a.choice().GetMessage() }

// ToolCalls that the model asks for.
func (a *Answer) ToolCalls() []*inferwirev1.ToolCall { return a.Message().GetToolCalls() }

// Refusal is why the model refused; empty if it did not.
func (a *Answer) Refusal() string { return refusalOf(a.Message()) }

// Usage in tokens; nil: not reported.
func (a *Answer) Usage() *inferwirev1.Usage { return a.completion().GetUsage() }

// Cost is exact; false: the answer has no price.
func (a *Answer) Cost() (Money, bool) {
	if a == nil {
		return 0, false
	}
	return costOf(a.GetGateway())
}

func (a *Answer) completion() *inferwirev1.ChatCompletion {
	if a == nil {
		return nil
	}
	return a.GetCompletion()
}

func (a *Answer) choice() *inferwirev1.Choice {
	if choices := a.completion().GetChoices(); len(choices) > 0 {
		return choices[0]
	}
	return nil
}

// Text of the first choice, in one string or in parts; what the model refused with, if it refused.
func Text(completion *inferwirev1.ChatCompletion) string {
	if len(completion.GetChoices()) == 0 {
		return ""
	}
	message := completion.Choices[0].GetMessage()
	if message != nil && message.Content != nil {
		return *message.Content
	}
	return or(contentOf(message), refusalOf(message))
}

// In one string or in parts, without a refusal.
func contentOf(message *inferwirev1.ChatMessage) string {
	if message != nil && message.Content != nil {
		return *message.Content
	}
	var text strings.Builder
	for _, part := range message.GetContentParts() {
		text.WriteString(part.GetText())
	}
	return text.String()
}

func refusalOf(message *inferwirev1.ChatMessage) string {
	if message.GetRefusal() != "" {
		return message.GetRefusal()
	}
	var refusal strings.Builder
	for _, part := range message.GetContentParts() {
		refusal.WriteString(part.GetRefusal())
	}
	return refusal.String()
}

// Ask one question.
func (c *Client) Ask(ctx context.Context, prompt string, options ...grpc.CallOption) (*Answer, error) {
	return c.Chat(ctx, Messages{User(prompt)}, options...)
}

// Chat asks for the next message of a chat.
func (c *Client) Chat(ctx context.Context, messages Messages, options ...grpc.CallOption) (*Answer, error) {
	return c.Complete(ctx, &inferwirev1.CompleteRequest{Params: c.chatting(messages)}, options...)
}

// CompleteText takes a text and gives a text: what the model says, or refuses with.
func (c *Client) CompleteText(ctx context.Context, prompt string, options ...grpc.CallOption) (string, error) {
	answer, err := c.Ask(ctx, prompt, options...)
	return answer.Text(), err
}

// Complete takes one request and gives one answer.
func (c *Client) Complete(ctx context.Context, request *inferwirev1.CompleteRequest, options ...grpc.CallOption) (*Answer, error) {
	request, err := applied(request, options)
	if err != nil {
		return nil, err
	}
	response, err := unary(ctx, c.timeout(), request, c.chat.Complete, options)
	if err != nil {
		return nil, err
	}
	return &Answer{response}, nil
}

// StreamText streams the answer to one text.
func (c *Client) StreamText(ctx context.Context, prompt string, options ...grpc.CallOption) iter.Seq2[Event, error] {
	return c.StreamChat(ctx, Messages{User(prompt)}, options...)
}

// StreamChat streams the next message of a chat.
func (c *Client) StreamChat(ctx context.Context, messages Messages, options ...grpc.CallOption) iter.Seq2[Event, error] {
	return c.Stream(ctx, &inferwirev1.StreamCompleteRequest{Params: c.chatting(messages)}, options...)
}

func (c *Client) chatting(messages Messages) *inferwirev1.ChatCompletionParams {
	return &inferwirev1.ChatCompletionParams{Model: c.model(DefaultModel), Messages: messages}
}

// The model of a call that names none.
func (c *Client) model(usual string) string { return or(c.options.Model, usual) }
