package inferwire

import (
	"net/http"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Ask makes the parameters of one user message: the start of most calls.
func Ask(prompt, model string) *inferwirev1.ChatCompletionParams {
	return &inferwirev1.ChatCompletionParams{Model: model, Messages: []*inferwirev1.ChatMessage{User(prompt)}}
}

// Messages of a chat, the oldest first; what the model said goes on it as Answer.Message.
type Messages = []*inferwirev1.ChatMessage

// User says text, and shows pictures or other parts with it.
func User(text string, parts ...*inferwirev1.ContentPart) *inferwirev1.ChatMessage {
	message := &inferwirev1.ChatMessage{Role: inferwirev1.Role_ROLE_USER}
	if len(parts) == 0 {
		message.Content = &text
		return message
	}
	message.ContentParts = append(message.ContentParts,
		&inferwirev1.ContentPart{Part: &inferwirev1.ContentPart_Text{Text: text}})
	message.ContentParts = append(message.ContentParts, parts...)
	return message
}

// System tells the model how to behave.
func System(text string) *inferwirev1.ChatMessage { return message(inferwirev1.Role_ROLE_SYSTEM, text) }

// Assistant is what the model said before.
func Assistant(text string) *inferwirev1.ChatMessage {
	return message(inferwirev1.Role_ROLE_ASSISTANT, text)
}

// ToolResult answers the call with this id.
func ToolResult(callID, text string) *inferwirev1.ChatMessage {
	result := message(inferwirev1.Role_ROLE_TOOL, text)
	result.ToolCallId = &callID
	return result
}

// Message of a role by its name in the API: user, system, developer, assistant, tool, ...
func Message(role, text string) *inferwirev1.ChatMessage {
	known, is := roles[role]
	if !is {
		other := message(inferwirev1.Role_ROLE_OTHER, text)
		other.Extra = map[string]string{"role": string(mustMarshal(role))}
		return other
	}
	return message(known, text)
}

var roles = map[string]inferwirev1.Role{
	"user": inferwirev1.Role_ROLE_USER, "system": inferwirev1.Role_ROLE_SYSTEM,
	"developer": inferwirev1.Role_ROLE_DEVELOPER, "assistant": inferwirev1.Role_ROLE_ASSISTANT,
	"tool": inferwirev1.Role_ROLE_TOOL, "function": inferwirev1.Role_ROLE_FUNCTION,
}

func message(role inferwirev1.Role, text string) *inferwirev1.ChatMessage {
	return &inferwirev1.ChatMessage{Role: role, Content: &text}
}

// Image shows a picture, whose media type is read from its first bytes.
func Image(data []byte) *inferwirev1.ContentPart {
	return imagePart(&inferwirev1.ImageUrl{Data: data, MimeType: http.DetectContentType(data)})
}

// ImageURL shows the picture at an https: address.
func ImageURL(url string) *inferwirev1.ContentPart {
	return imagePart(&inferwirev1.ImageUrl{Url: &url})
}

func imagePart(image *inferwirev1.ImageUrl) *inferwirev1.ContentPart {
	return &inferwirev1.ContentPart{Part: &inferwirev1.ContentPart_ImageUrl{ImageUrl: image}}
}

// Prompt is one text of the user's, or a whole chat.
type Prompt interface {
	string | []*inferwirev1.ChatMessage
}

func messagesOf[P Prompt](prompt P) Messages {
	if text, is := any(prompt).(string); is {
		return Messages{User(text)}
	}
	return any(prompt).(Messages)
}
