package inferwire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Function is one that a model may have called.
type Function struct {
	name, description string
	shape             *shape
	call              func(ctx context.Context, arguments string) (string, error)
	fault             error // of its types
}

// Func makes a function of this program known to the model. In is a struct, described to the model as
// by Parse, and out goes to it as text or JSON.
//
//	type Place struct {
//		City string `json:"city"`
//	}
//	weather := inferwire.Func("get_weather", "The weather now.", func(ctx context.Context, at Place) (string, error) {
//		return forecast(ctx, at.City)
//	})
//
// What an In cannot describe is an error of the call that the function is given to.
func Func[In, Out any](name, description string, call func(context.Context, In) (Out, error)) Function {
	shape, err := shapeOf(reflect.TypeFor[In]())
	if err == nil && shape.wrapped {
		err = invalidRequest("its argument must be a struct")
	}
	return Function{name: name, description: description, shape: shape, fault: err,
		call: func(ctx context.Context, arguments string) (string, error) {
			var in In
			if err := shape.read(or(arguments, "{}"), &in); err != nil {
				return "", fmt.Errorf("the arguments are not valid: %w", err)
			}
			out, err := call(ctx, in)
			if err != nil {
				return "", err
			}
			return textOf(out)
		}}
}

func textOf(out any) (string, error) {
	if text, is := out.(string); is {
		return text, nil
	}
	text, err := json.Marshal(out)
	return string(text), err
}

func (f Function) tool() *inferwirev1.Tool {
	function := &inferwirev1.FunctionTool{Name: f.name, Description: proto.String(f.description)}
	if f.shape != nil {
		function.ParametersJson = proto.String(string(mustMarshal(f.shape.schema)))
		function.Strict = proto.Bool(f.shape.schema.isStrict())
	}
	return &inferwirev1.Tool{Tool: &inferwirev1.Tool_Function{Function: function}}
}

// ToolRun is what RunTools did.
type ToolRun struct {
	// Answer of the last round.
	*Answer
	// Messages of the whole chat, the answer included: more may follow.
	Messages Messages
	// Rounds: how often the model was asked.
	Rounds int

	usage    *inferwirev1.Usage
	cost     Money
	unpriced bool
}

// Usage of all rounds together, in tokens; nil: not reported.
func (r *ToolRun) Usage() *inferwirev1.Usage { return r.usage }

// Cost of all rounds together; false: one of them has no price.
func (r *ToolRun) Cost() (Money, bool) { return r.cost, !r.unpriced }

// RunTools asks the model, does the calls of functions that it asks for, tells it what came of them,
// and so on until it answers. Calls of one round run at the same time. What goes wrong with one (an
// error of the function, arguments that are not valid, a function that is not there) is told to the
// model. At most maxRounds times the model is asked; then *AnswerError (ErrTooManyRounds) has what was
// said, used and paid so far. With any other error the run is not nil if a round came to its end.
func RunTools[P Prompt](ctx context.Context, client *Client, prompt P, maxRounds int, functions []Function, options ...grpc.CallOption) (*ToolRun, error) {
	known, err := byName(functions)
	if err != nil {
		return nil, err
	}
	if maxRounds < 1 {
		return nil, invalidRequest("maxRounds: must be at least 1")
	}
	options = append(options[:len(options):len(options)], WithTools(functions...))
	run := &ToolRun{Messages: append(Messages{}, messagesOf(prompt)...)}
	for run.Rounds < maxRounds {
		answer, err := client.Chat(ctx, run.Messages, options...)
		if err != nil {
			return run.orNil(), err
		}
		run.add(answer)
		if len(answer.ToolCalls()) == 0 {
			return run, nil
		}
		if err := whole(answer); err != nil { // half a call must not be done
			return run, err
		}
		if run.Rounds == maxRounds {
			break
		}
		results, err := callAll(ctx, known, answer.ToolCalls())
		if err != nil {
			return run, err
		}
		run.Messages = append(run.Messages, results...)
	}
	failure := answerError(ErrTooManyRounds, run.Answer, nil)
	failure.Run = run
	return run, failure
}

func (r *ToolRun) orNil() *ToolRun {
	if r.Rounds == 0 {
		return nil
	}
	return r
}

func (r *ToolRun) add(answer *Answer) {
	r.Answer = answer
	r.Rounds++
	if message := answer.Message(); message != nil {
		r.Messages = append(r.Messages, message)
	}
	cost, priced := answer.Cost()
	r.cost += cost
	r.unpriced = r.unpriced || !priced
	if usage := answer.Usage(); usage != nil {
		if r.usage == nil {
			r.usage = &inferwirev1.Usage{}
		}
		r.usage.InputTokens = sum(r.usage.InputTokens, usage.InputTokens)
		r.usage.OutputTokens = sum(r.usage.OutputTokens, usage.OutputTokens)
		r.usage.TotalTokens = sum(r.usage.TotalTokens, usage.TotalTokens)
	}
}

func sum(a, b *int64) *int64 {
	if a == nil || b == nil {
		return or(a, b)
	}
	return proto.Int64(*a + *b)
}

func byName(functions []Function) (map[string]Function, error) {
	known := map[string]Function{}
	for _, function := range functions {
		if function.fault != nil {
			return nil, invalidRequest(fmt.Sprintf("function %s: %v", function.name, function.fault))
		}
		if _, twice := known[function.name]; twice || function.name == "" || function.call == nil {
			return nil, invalidRequest(fmt.Sprintf("function %q: must have a name of its own, and be made by Func", function.name))
		}
		known[function.name] = function
	}
	return known, nil
}

// The results in the order of the calls. Its error is the context's.
func callAll(ctx context.Context, known map[string]Function, calls []*inferwirev1.ToolCall) (Messages, error) {
	results := make(Messages, len(calls))
	panics := make(chan any, len(calls))
	var running sync.WaitGroup
	for i, call := range calls {
		running.Go(func() {
			defer func() {
				if failure := recover(); failure != nil {
					panics <- failure
				}
			}()
			results[i] = ToolResult(call.GetId(), resultOf(ctx, known, call))
		})
	}
	running.Wait()
	select {
	case failure := <-panics:
		panic(failure) // where the program can see it, with its own stack
	default:
	}
	if err := ctx.Err(); err != nil {
		return nil, fromGRPC(err)
	}
	return results, nil
}

func resultOf(ctx context.Context, known map[string]Function, call *inferwirev1.ToolCall) string {
	result, err := "", errors.New("there is no such function")
	if function, is := known[call.GetFunction().GetName()]; is {
		result, err = function.call(ctx, call.GetFunction().GetArguments())
	}
	if err != nil {
		return string(mustMarshal(map[string]string{"error": err.Error()}))
	}
	return result
}
