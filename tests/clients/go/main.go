// Does with the Go client what the cases on standard input ask for, and reports what it saw: one
// JSON object per line each way (tests/clients/README.md).
package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

type seen = map[string]any

type tlsFiles struct {
	CA         string `json:"ca"`
	Cert       string `json:"cert"`
	Key        string `json:"key"`
	ServerName string `json:"server_name"`
}

type connection struct {
	Target      string    `json:"target"`
	TLS         *tlsFiles `json:"tls"`
	BearerToken string    `json:"bearer_token"`
	MaxAttempts int       `json:"max_attempts"`
}

type task struct {
	Name                   string            `json:"name"`
	Call                   string            `json:"call"`
	Client                 json.RawMessage   `json:"client"`
	Params                 json.RawMessage   `json:"params"`
	ParamsHex              string            `json:"params_hex"`
	Options                json.RawMessage   `json:"options"`
	Prompt                 string            `json:"prompt"`
	Model                  string            `json:"model"`
	PadBytes               int               `json:"pad_bytes"`
	ImageBytes             int               `json:"image_bytes"`
	Accumulate             bool              `json:"accumulate"`
	TimeoutMs              int               `json:"timeout_ms"`
	IdempotencyKey         string            `json:"idempotency_key"`
	Metadata               map[string]string `json:"metadata"`
	LeaveAfter             int               `json:"leave_after"`
	PauseAfter             int               `json:"pause_after"`
	Items                  []json.RawMessage `json:"items"`
	MaxInFlight            int               `json:"max_in_flight"`
	StreamChunks           bool              `json:"stream_chunks"`
	CancelAfterFirstResult []string          `json:"cancel_after_first_result"`
	Service                string            `json:"service"`
	HTTP                   struct{ Method, Path, Body string }
	Hex                    string          `json:"hex"`
	Filter                 string          `json:"filter"`
	OrderBy                string          `json:"order_by"`
	ModelID                string          `json:"model_id"`
	ModelIDs               []string        `json:"model_ids"`
	Workload               json.RawMessage `json:"workload"`
	Header                 json.RawMessage `json:"header"`
	Seconds                float64         `json:"seconds"`
	Copied                 bool            `json:"copied"`
	Completion             json.RawMessage `json:"completion"`
	Cost                   json.RawMessage `json:"cost"`
	Method                 string          `json:"method"`
	Request                json.RawMessage `json:"request"`
	Turns                  []turn          `json:"turns"`
	Files                  []fileSpec      `json:"files"`
	CancelAfter            int             `json:"cancel_after"`
}

var input = bufio.NewReaderSize(os.Stdin, 1<<20)

// Clients live as long as the process: what a call leaves behind is not cleaned up by an end.
var clients = map[string]*inferwire.Client{}

func clientOf(t *task) (*inferwire.Client, error) {
	if client, known := clients[string(t.Client)]; known {
		return client, nil
	}
	var to connection
	if err := json.Unmarshal(t.Client, &to); err != nil {
		return nil, err
	}
	options := inferwire.Options{BearerToken: to.BearerToken, MaxAttempts: to.MaxAttempts}
	if to.TLS != nil {
		config, err := inferwire.TLSFromFiles(to.TLS.CA, to.TLS.Cert, to.TLS.Key)
		if err != nil {
			return nil, err
		}
		config.ServerName = to.TLS.ServerName
		options.TLS = config
	}
	client, err := inferwire.Connect(to.Target, options)
	if err == nil {
		clients[string(t.Client)] = client
	}
	return client, err
}

func parse[M proto.Message](text json.RawMessage, message M) M {
	if len(text) > 0 {
		if err := protojson.Unmarshal(text, message); err != nil {
			panic(err)
		}
	}
	return message
}

func fromHex(text string) []byte {
	bytes, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return bytes
}

func params(t *task) *inferwirev1.ChatCompletionParams {
	params := parse(t.Params, &inferwirev1.ChatCompletionParams{})
	if err := (proto.UnmarshalOptions{Merge: true}).Unmarshal(fromHex(t.ParamsHex), params); err != nil {
		panic(err)
	}
	if t.PadBytes > 0 {
		message := params.Messages[0]
		message.Content = proto.String(message.GetContent() + strings.Repeat("x", t.PadBytes))
	}
	if t.ImageBytes > 0 {
		image := &inferwirev1.ImageUrl{Data: []byte(strings.Repeat("\x89PNG", t.ImageBytes/4)), MimeType: "image/png"}
		params.Messages[0].ContentParts = append(params.Messages[0].ContentParts,
			&inferwirev1.ContentPart{Part: &inferwirev1.ContentPart_ImageUrl{ImageUrl: image}})
	}
	return params
}

func unaryRequest(t *task) *inferwirev1.CompleteRequest {
	return &inferwirev1.CompleteRequest{Params: params(t), Options: parse(t.Options, &inferwirev1.CallOptions{})}
}

func streamRequest(t *task) *inferwirev1.StreamCompleteRequest {
	return &inferwirev1.StreamCompleteRequest{Params: params(t), Options: parse(t.Options, &inferwirev1.CallOptions{}),
		Stream: &inferwirev1.StreamOptions{Accumulate: t.Accumulate}}
}

func seenText(into seen, text string) seen {
	into["text"], into["text_bytes"] = text[:min(len(text), 2000)], len(text)
	return into
}

func seenGateway(g *inferwirev1.GatewayInfo) seen {
	return seen{"request_id": g.GetRequestId(), "client_request_id": g.GetClientRequestId(),
		"upstream": g.GetUpstream(), "model": g.GetModel(), "attempts": g.GetAttempts(),
		"replayed": g.GetReplayed(), "warnings": seenWarnings(g.GetWarnings()),
		"route": seenRoute(g.GetRoute()), "attempt_log": seenAttempts(g.GetAttemptLog())}
}

func seenWarnings(warnings []*inferwirev1.Warning) map[string]seen {
	all := map[string]seen{}
	for _, warning := range warnings {
		end := warning.GetModelEnd()
		all[warning.GetReason()] = seen{"model": end.GetModelId(), "dated": end.GetShutdownDate() != "",
			"replacement": end.GetReplacementModelId(), "says": warning.GetMessage()}
	}
	return all
}

func seenRoute(r *inferwirev1.RouteInfo) seen {
	return seen{"route": r.GetRoute(), "chosen_by": r.GetChosenBy(), "group": r.GetGroup(), "fallback": r.GetFallback()}
}

func seenAttempts(log []*inferwirev1.AttemptInfo) []seen {
	attempts := []seen{}
	for _, a := range log {
		attempts = append(attempts, seen{"upstream": a.Upstream, "key": a.Key, "http_status": a.HttpStatus,
			"reason": a.Reason, "may_be_billed": a.MayBeBilled, "cause": a.Cause})
	}
	return attempts
}

func seenUsage(u *inferwirev1.Usage) seen {
	return seen{"input": u.GetInputTokens(), "output": u.GetOutputTokens(), "total": u.GetTotalTokens()}
}

func seenCompletion(c *inferwirev1.ChatCompletion) seen {
	if len(c.GetChoices()) == 0 {
		return seen{"choices": 0}
	}
	choice := c.Choices[0]
	calls := []seen{}
	for _, call := range choice.Message.ToolCalls {
		calls = append(calls, seen{"id": call.GetId(), "name": call.GetFunction().GetName(),
			"arguments": call.GetFunction().GetArguments()})
	}
	return seenText(seen{"model": c.GetModel(), "finish": choice.FinishReason.String(),
		"role": choice.Message.Role.String(), "tool_calls": calls, "has_content": choice.Message.Content != nil,
		"choices": len(c.Choices), "usage": seenUsage(c.Usage)}, inferwire.Text(c))
}

func seenError(err error) seen {
	var e *inferwire.Error
	if !errors.As(err, &e) {
		return seen{"reason": "no inferwire.Error: " + err.Error()}
	}
	fields, quotas := []string{}, []string{}
	for _, violation := range e.Fields {
		fields = append(fields, violation.Field)
	}
	for _, violation := range e.Quotas {
		quotas = append(quotas, violation.Subject)
	}
	var retryAfter any
	if e.HasRetryAfter {
		retryAfter = e.RetryAfter.Milliseconds()
	}
	code, _, _ := strings.Cut(strings.TrimSuffix(e.Error(), ":"), " ")
	return seen{"code": strings.TrimSuffix(code, ":"), "domain": e.Domain, "reason": e.Reason, "retryable": e.Retryable,
		"may_be_billed": e.MayBeBilled(), "retry_after_ms": retryAfter, "request_id": e.RequestID(),
		"origin": e.Origin(), "fields": fields, "quotas": quotas, "upstream": e.Metadata["upstream"],
		"route": e.Metadata["route"], "tried": e.Metadata["tried"],
		"first_request_id": e.FirstRequestID(), "limit": seenLimit(e.Limit()),
		"unfinished": slices.Concat([]string{}, e.Unfinished), "line": e.Error(), "message": e.Message}
}

func seenLimit(l *inferwire.Limit) any {
	if l == nil {
		return nil
	}
	return seen{"name": l.Name, "scope": l.Scope, "amount": l.Amount, "needed": l.Needed, "resets_at": l.ResetsAt}
}

// As a queue or a log does.
func copied(err error) error {
	var e *inferwire.Error
	if !errors.As(err, &e) {
		return err
	}
	text, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	var again inferwire.Error
	if err := json.Unmarshal(text, &again); err != nil {
		panic(err)
	}
	return &again
}

// What every kind of call of a closed client says.
func closed(ctx context.Context, t *task) (seen, error) {
	var to connection
	if err := json.Unmarshal(t.Client, &to); err != nil {
		return nil, err
	}
	client, err := inferwire.Connect(to.Target, inferwire.Options{})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(client.Close(), client.Close()); err != nil { // twice does no harm
		return nil, err
	}
	out := seen{}
	say := func(name string, err error) {
		if err != nil {
			out[name] = seenError(err)
		}
	}
	_, err = client.CompleteText(ctx, "Hi")
	say("complete", err)
	for _, err := range client.StreamText(ctx, "Hi") {
		say("stream", err)
	}
	item := &inferwirev1.CompleteManyItem{ItemId: "a", Params: inferwire.Ask("Hi", "m")}
	for _, err := range client.CompleteMany(ctx, slices.Values([]*inferwirev1.CompleteManyItem{item}), inferwire.ManyOptions{}).Results() {
		say("many", err)
	}
	for _, err := range client.ListModels(ctx, nil) {
		say("models", err)
	}
	_, err = client.Health(ctx, "")
	say("health", err)
	_, err = client.CreateBatch(ctx, nil, slices.Values([]*inferwirev1.BatchItem{}))
	say("create_batch", err)
	for _, err := range client.BatchResults(ctx, "batch_1", 0) {
		say("batch_results", err)
	}
	for _, err := range client.StreamInvoke(ctx, &inferwirev1.StreamInvokeRequest{}) {
		say("stream_invoke", err)
	}
	return out, nil
}

func contextOf(t *task) (context.Context, context.CancelFunc) {
	ctx := context.Background()
	for name, value := range t.Metadata {
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	if t.TimeoutMs > 0 {
		return context.WithTimeout(ctx, time.Duration(t.TimeoutMs)*time.Millisecond)
	}
	return ctx, func() {}
}

func stream(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	events, pieces := map[string]int{}, 0
	var text strings.Builder
	out := seen{"events": events, "left": false}
	for event, err := range client.Stream(ctx, streamRequest(t), inferwire.IdempotencyKey(t.IdempotencyKey)) {
		if err != nil {
			out["error"] = seenError(err)
			break
		}
		text.WriteString(event.Text())
		switch event.Message.Event.(type) {
		case *inferwirev1.StreamCompleteResponse_Started:
			events["started"]++
		case *inferwirev1.StreamCompleteResponse_Chunk:
			events["chunk"]++
		case *inferwirev1.StreamCompleteResponse_Completed:
			events["completed"]++
		case *inferwirev1.StreamCompleteResponse_Heartbeat:
			events["heartbeat"]++
		}
		for _, choice := range event.Message.GetChunk().GetChoices() {
			if choice.FinishReason != inferwirev1.FinishReason_FINISH_REASON_UNSPECIFIED {
				out["finish"] = choice.FinishReason.String()
			}
		}
		if done := event.Completed(); done != nil {
			out["usage"], out["gateway"] = seenUsage(done.Usage), seenGateway(done.Gateway)
			if done.Completion != nil {
				out["accumulated"] = seenCompletion(done.Completion)
			}
		}
		if event.Text() == "" {
			continue
		}
		pieces++
		if pieces == t.PauseAfter {
			report(seen{"paused": t.Name})
			if _, err := input.ReadString('\n'); err != nil {
				return nil, err
			}
		}
		if pieces == t.LeaveAfter {
			out["left"] = true
			break
		}
	}
	return seenText(out, text.String()), nil
}

func many(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	results, count, chunks, highest := map[string][]seen{}, 0, 0, 0
	out := seen{"results": results}
	items := func(yield func(*inferwirev1.CompleteManyItem) bool) {
		for _, item := range t.Items {
			if !yield(parse(item, &inferwirev1.CompleteManyItem{})) {
				return
			}
		}
	}
	many := client.CompleteMany(ctx, items, inferwire.ManyOptions{
		MaxInFlight: t.MaxInFlight, StreamChunks: t.StreamChunks,
		DefaultOptions: parse(t.Options, &inferwirev1.CallOptions{}),
		OnChunk:        func(*inferwirev1.CompleteManyChunk) { chunks++ },
		OnProgress: func(p inferwire.Progress) {
			highest = max(highest, p.InFlight)
			out["progress"] = seen{"sent": p.Sent, "succeeded": p.Succeeded, "failed": p.Failed,
				"cancelled": p.Cancelled, "in_flight": p.InFlight, "max_in_flight": p.MaxInFlight}
		}})
	for result, err := range many.Results() {
		if err != nil {
			out["error"] = seenError(err)
			break
		}
		count++
		what := seenCompletion(result.Completion)
		if result.Err != nil {
			what = seenError(result.Err)
		}
		results[result.ItemID] = append(results[result.ItemID], what)
		if count == t.LeaveAfter {
			break
		}
		for _, id := range t.CancelAfterFirstResult {
			many.CancelItem(id)
		}
	}
	if summary := many.Summary(); summary != nil {
		out["summary"] = seen{"succeeded": summary.Succeeded, "failed": summary.Failed,
			"cancelled": summary.Cancelled, "total_tokens": summary.Usage.GetTotalTokens()}
	}
	out["chunks"], out["highest_in_flight"], out["results_seen"] = chunks, highest, count
	return out, nil
}

func batch(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	ctx, cancel := context.WithTimeout(ctx, 50*time.Second)
	defer cancel()
	items := func(yield func(*inferwirev1.BatchItem) bool) {
		for _, item := range t.Items {
			if !yield(parse(item, &inferwirev1.BatchItem{})) {
				return
			}
		}
	}
	created, err := client.CreateBatch(ctx, parse(t.Header, &inferwirev1.BatchHeader{}), items)
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	id, results, count, offset := created.Batch.BatchId, map[string][]seen{}, 0, int64(0)
	out := seen{"results": results, "total": created.Batch.Counts.Total, "existed": created.Existed}
	for change, err := range client.WatchBatch(ctx, id) {
		if err != nil {
			return seen{"error": seenError(err)}, nil
		}
		out["state"], out["ended"] = change.State.String(), inferwire.HasEnded(change)
	}
	for range 2 { // the second loop goes on where the first one was left
		for result, err := range client.BatchResults(ctx, id, offset) {
			if err != nil {
				return seen{"error": seenError(err)}, nil
			}
			count, offset = count+1, result.Message.NextOffset
			what := seenAnswer(result.Message)
			if result.Err != nil {
				what = seenError(result.Err)
			} else if result.Completion != nil {
				what = seenCompletion(result.Completion)
			}
			results[result.CustomID] = append(results[result.CustomID], what)
			if count == t.LeaveAfter {
				break
			}
		}
	}
	now, err := client.GetBatch(ctx, id)
	if err != nil {
		return nil, err
	}
	out["succeeded"], out["failed"], out["results_seen"] = now.Counts.Succeeded, now.Counts.Failed, count
	for known, err := range client.ListBatches(ctx) {
		if err != nil {
			return nil, err
		}
		if known.BatchId == id {
			out["listed"] = true
		}
	}
	return out, nil
}

// seenAnswer of another endpoint than chat.
func seenAnswer(result *inferwirev1.BatchResult) seen {
	reflected := result.ProtoReflect()
	kind := reflected.WhichOneof(reflected.Descriptor().Oneofs().ByName("outcome"))
	if kind == nil || kind.Message() == nil {
		return seen{"answer": result.GetRawJson()}
	}
	return seen{"kind": kind.Name(), "answer": inJSON(reflected.Get(kind).Message().Interface())}
}

// What each step of a batch's end says: an error, or nil.
func deleteBatch(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	ctx, cancel := context.WithTimeout(ctx, 50*time.Second)
	defer cancel()
	items := []*inferwirev1.BatchItem{}
	for _, item := range t.Items {
		items = append(items, parse(item, &inferwirev1.BatchItem{}))
	}
	created, err := client.CreateBatch(ctx, nil, slices.Values(items))
	if err != nil {
		return nil, err
	}
	id, out := created.Batch.BatchId, seen{"listed": false}
	say := func(name string, err error) {
		out[name] = nil
		if err != nil {
			out[name] = seenError(err)
		}
	}
	say("running", client.DeleteBatch(ctx, id))
	if _, err := client.CancelBatch(ctx, id); err != nil {
		return nil, err
	}
	for change, err := range client.WatchBatch(ctx, id) {
		if err != nil {
			return nil, err
		}
		out["state"] = change.State.String()
	}
	say("deleted", client.DeleteBatch(ctx, id))
	_, err = client.GetBatch(ctx, id)
	say("get", err)
	say("again", client.DeleteBatch(ctx, id))
	for known, err := range client.ListBatches(ctx) {
		if err != nil {
			return nil, err
		}
		if known.BatchId == id {
			out["listed"] = true
		}
	}
	return out, nil
}

func models(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	ids := []string{}
	request := &inferwirev1.ListModelsRequest{Filter: t.Filter, OrderBy: t.OrderBy}
	for model, err := range client.ListModels(ctx, request) {
		if err != nil {
			return seen{"error": seenError(err)}, nil
		}
		ids = append(ids, model.ModelId)
	}
	return seen{"ids": ids}, nil
}

func model(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	response, err := client.GetModel(ctx, t.ModelID)
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	return seen{"model_id": response.Model.ModelId, "snapshot_id": response.SnapshotId, "priced": response.Model.Priced}, nil
}

func compare(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	request := &inferwirev1.CompareModelsRequest{ModelIds: t.ModelIDs, Workload: parse(t.Workload, &inferwirev1.Workload{})}
	response, err := client.CompareModels(ctx, request)
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	ids, costs := []string{}, []int64{}
	for _, model := range response.Models {
		ids = append(ids, model.ModelId)
	}
	for _, cost := range response.WorkloadCosts {
		costs = append(costs, cost.GetMonthlyMicrousd())
	}
	return seen{"ids": ids, "costs": costs}, nil
}

func estimate(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	response, err := client.Estimate(ctx, &inferwirev1.EstimateRequest{Params: params(t)})
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	problems := []string{}
	for _, problem := range response.Problems {
		problems = append(problems, problem.Reason)
	}
	return seen{"input_tokens": response.InputTokens, "fits": response.GetFitsContextWindow(), "problems": problems}, nil
}

func encoded(message proto.Message) (seen, error) {
	bytes, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	return seen{"hex": hex.EncodeToString(bytes)}, err
}

func benchUnary(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	begin, count := time.Now(), 0
	for time.Since(begin).Seconds() < t.Seconds {
		if _, err := client.Complete(ctx, unaryRequest(t)); err != nil {
			return nil, err
		}
		count++
	}
	return seen{"count": count, "seconds": time.Since(begin).Seconds()}, nil
}

func benchStream(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	begin, count := time.Now(), 0
	for event, err := range client.Stream(ctx, streamRequest(t)) {
		if err != nil {
			return nil, err
		}
		if event.Text() != "" {
			count++
		}
	}
	return seen{"count": count, "seconds": time.Since(begin).Seconds()}, nil
}

func run(t *task) (seen, error) {
	switch t.Call {
	case "encode":
		return encoded(params(t))
	case "reencode":
		message := &inferwirev1.ChatCompletionParams{}
		if err := proto.Unmarshal(fromHex(t.Hex), message); err != nil {
			return nil, err
		}
		return encoded(message)
	case "text":
		return seen{"text": inferwire.Text(parse(t.Completion, &inferwirev1.ChatCompletion{}))}, nil
	case "cost":
		return seen{"cost": inferwire.CostOf(parse(t.Cost, &inferwirev1.Cost{}))}, nil
	case "closed":
		return closed(context.Background(), t)
	}
	client, err := clientOf(t)
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	ctx, cancel := contextOf(t)
	defer cancel()
	switch t.Call {
	case "complete":
		response, err := client.Complete(ctx, unaryRequest(t), inferwire.IdempotencyKey(t.IdempotencyKey))
		if err != nil && t.Copied {
			err = copied(err)
		}
		if err != nil {
			return seen{"error": seenError(err)}, nil
		}
		out := seenCompletion(response.Completion)
		out["gateway"] = seenGateway(response.Gateway)
		return out, nil
	case "target":
		return seen{"target": client.Target()}, nil
	case "complete_text":
		params := inferwire.Ask(t.Prompt, t.Model)
		response, err := client.Complete(ctx, &inferwirev1.CompleteRequest{Params: params})
		if err != nil {
			return seen{"error": seenError(err)}, nil
		}
		return seenText(seen{}, inferwire.Text(response.Completion)), nil
	case "stream":
		return stream(ctx, client, t)
	case "many":
		return many(ctx, client, t)
	case "batch":
		return batch(ctx, client, t)
	case "delete_batch":
		return deleteBatch(ctx, client, t)
	case "models":
		return models(ctx, client, t)
	case "model":
		return model(ctx, client, t)
	case "compare":
		return compare(ctx, client, t)
	case "estimate":
		return estimate(ctx, client, t)
	case "health":
		status, err := client.Health(ctx, t.Service)
		return seen{"status": status}, err
	case "invoke":
		call := &inferwirev1.HttpCall{Method: t.HTTP.Method, Path: t.HTTP.Path, Body: []byte(t.HTTP.Body)}
		response, err := client.Invoke(ctx, &inferwirev1.InvokeRequest{Call: call})
		if err != nil {
			return seen{"error": seenError(err)}, nil
		}
		return seen{"http_status": response.HttpStatus, "body": string(response.Body)}, nil
	case "rpc":
		return unaryRPC(ctx, client, t)
	case "rpc_stream":
		return streamedRPC(ctx, client, t)
	case "rpc_upload":
		return upload(ctx, client, t)
	case "session":
		return session(ctx, client, t)
	case "bench_unary":
		return benchUnary(ctx, client, t)
	case "bench_stream":
		return benchStream(ctx, client, t)
	default:
		return nil, fmt.Errorf("unknown call %q", t.Call)
	}
}

func answer(t *task) (out seen) {
	defer func() {
		if failure := recover(); failure != nil {
			out = seen{"crash": fmt.Sprint(failure)}
		}
		out["name"] = t.Name
	}()
	out, err := run(t)
	if err != nil {
		return seen{"crash": err.Error()}
	}
	return out
}

func report(out seen) {
	line, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func main() {
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			return
		}
		t := &task{}
		if err := json.Unmarshal(line, t); err != nil {
			panic(err)
		}
		report(answer(t))
	}
}
