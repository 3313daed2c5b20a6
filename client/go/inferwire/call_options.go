package inferwire

import (
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// A setting is an option of one call that becomes a part of its request.
type setting struct {
	grpc.EmptyCallOption
	name string
	// set: false if the request has no place for it.
	set func(request protoreflect.Message) bool
}

// IdempotencyKey is an option of calls to a model: one that is sent again with the same key gets the
// first one's answer and costs nothing.
func IdempotencyKey(key string) grpc.CallOption {
	if key == "" {
		return grpc.EmptyCallOption{}
	}
	return gatewaySetting("IdempotencyKey", func(options *inferwirev1.CallOptions) { options.IdempotencyKey = key })
}

// WithMaxRetries says how often the gateway may try again, before the first output; 0 to 5.
func WithMaxRetries(retries int32) grpc.CallOption {
	return gatewaySetting("WithMaxRetries", func(options *inferwirev1.CallOptions) { options.MaxRetries = &retries })
}

// WithOptions is for whatever else the gateway can be asked to do with a call.
func WithOptions(change func(options *inferwirev1.CallOptions)) grpc.CallOption {
	return gatewaySetting("WithOptions", change)
}

func gatewaySetting(name string, change func(*inferwirev1.CallOptions)) grpc.CallOption {
	return setting{name: name, set: func(request protoreflect.Message) bool {
		field := request.Descriptor().Fields().ByName("options")
		if field == nil || field.Message() != callOptionsType {
			return false
		}
		change(request.Mutable(field).Message().Interface().(*inferwirev1.CallOptions))
		return true
	}}
}

var callOptionsType = (*inferwirev1.CallOptions)(nil).ProtoReflect().Descriptor()

// WithModel chooses the model of one call.
func WithModel(model string) grpc.CallOption {
	return field("WithModel", protoreflect.ValueOfString(model), "model")
}

// WithTemperature is 0 to 2.
func WithTemperature(temperature float64) grpc.CallOption {
	return field("WithTemperature", protoreflect.ValueOfFloat64(temperature), "temperature")
}

// WithMaxTokens bounds the length of the answer.
func WithMaxTokens(tokens int32) grpc.CallOption {
	return field("WithMaxTokens", protoreflect.ValueOfInt32(tokens), "max_completion_tokens", "max_output_tokens", "max_tokens")
}

// WithReasoningEffort is none, minimal, low, medium, high, ...
func WithReasoningEffort(effort string) grpc.CallOption {
	return field("WithReasoningEffort", protoreflect.ValueOfString(effort), "reasoning_effort")
}

// WithSystem tells the model how to behave: a system message before all others, or a response's
// instructions.
func WithSystem(text string) grpc.CallOption {
	instructions := field("WithSystem", protoreflect.ValueOfString(text), "instructions").(setting)
	return setting{name: "WithSystem", set: func(request protoreflect.Message) bool {
		if params := chatParams(request); params != nil {
			params.Messages = append([]*inferwirev1.ChatMessage{System(text)}, params.Messages...)
			return true
		}
		return instructions.set(request)
	}}
}

// WithTools lets the model ask for calls of functions; Answer.ToolCalls has what it asks for, and
// RunTools does the calls, too.
func WithTools(functions ...Function) grpc.CallOption {
	return chatSetting("WithTools", func(params *inferwirev1.ChatCompletionParams) {
		for _, function := range functions {
			params.Tools = append(params.Tools, function.tool())
		}
	})
}

// WithParams is for whatever else a chat completion can be asked for; change is given the request's
// parameters.
func WithParams(change func(params *inferwirev1.ChatCompletionParams)) grpc.CallOption {
	return chatSetting("WithParams", change)
}

func chatSetting(name string, change func(*inferwirev1.ChatCompletionParams)) grpc.CallOption {
	return setting{name: name, set: func(request protoreflect.Message) bool {
		params := chatParams(request)
		if params != nil {
			change(params)
		}
		return params != nil
	}}
}

// The parameters of a chat completion, made if there are none; nil: the request is for something else.
func chatParams(request protoreflect.Message) *inferwirev1.ChatCompletionParams {
	field := paramsField(request)
	if field == nil || field.Message() != (*inferwirev1.ChatCompletionParams)(nil).ProtoReflect().Descriptor() {
		return nil
	}
	return request.Mutable(field).Message().Interface().(*inferwirev1.ChatCompletionParams)
}

func paramsField(request protoreflect.Message) protoreflect.FieldDescriptor {
	field := request.Descriptor().Fields().ByName("params")
	if field == nil || field.Message() == nil {
		return nil
	}
	return field
}

// A setting of the first of these fields that the request's parameters have.
func field(option string, value protoreflect.Value, names ...protoreflect.Name) grpc.CallOption {
	return setting{name: option, set: func(request protoreflect.Message) bool {
		params := paramsField(request)
		if params == nil {
			return false
		}
		for _, name := range names {
			if found := params.Message().Fields().ByName(name); found != nil && found.Cardinality() != protoreflect.Repeated {
				request.Mutable(params).Message().Set(found, value)
				return true
			}
		}
		return false
	}}
}

// The request as its options change it. It is the caller's, perhaps for other calls too, so a copy is
// changed.
func applied[Request proto.Message](request Request, options []grpc.CallOption) (Request, error) {
	copied := false
	for _, option := range options {
		setting, is := option.(setting)
		if !is {
			continue
		}
		if !copied && request.ProtoReflect().IsValid() {
			request = proto.Clone(request).(Request)
		} else if !copied { // none was given
			request = request.ProtoReflect().New().Interface().(Request)
		}
		copied = true
		if !setting.set(settled(request)) {
			name := request.ProtoReflect().Descriptor().Name()
			return request, invalidOption(setting.name + ": " + string(name) + " has no place for it")
		}
	}
	return request, nil
}

// Where a request's parameters and options are: a stream of them has them in its first message.
func settled(request proto.Message) protoreflect.Message {
	reflected := request.ProtoReflect()
	for _, name := range []protoreflect.Name{"header", "start"} {
		if first := reflected.Descriptor().Fields().ByName(name); first != nil && first.Message() != nil && reflected.Has(first) {
			return reflected.Mutable(first).Message()
		}
	}
	return reflected
}
