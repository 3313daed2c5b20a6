package inferwire

import (
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"

	"google.golang.org/grpc/codes"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// ManyOptions of one CompleteMany.
type ManyOptions struct {
	// MaxInFlight: items running at the same time; 0: the server's limit, which also caps it.
	MaxInFlight int
	// StreamChunks brings every item's chunks as they come, to OnChunk.
	StreamChunks bool
	// DefaultOptions of items that have none.
	DefaultOptions *inferwirev1.CallOptions
	// OnProgress and OnChunk are called by the loop, one after the other.
	OnProgress func(Progress)
	OnChunk    func(*inferwirev1.CompleteManyChunk)
}

// Progress of one CompleteMany.
type Progress struct {
	Sent, Succeeded int
	Failed          int // cancelled ones are not counted here
	Cancelled       int
	InFlight        int
	MaxInFlight     int // what the server granted
}

// Finished items, however they ended.
func (p Progress) Finished() int { return p.Succeeded + p.Failed + p.Cancelled }

// ManyResult is the one answer of an item. An item's error is its result; the others go on.
type ManyResult struct {
	ItemID     string
	Completion *inferwirev1.ChatCompletion
	Err        *Error
	Gateway    *inferwirev1.GatewayInfo
}

// Text of the first choice.
func (r ManyResult) Text() string { return Text(r.Completion) }

// Cost is exact; false: not known.
func (r ManyResult) Cost() (Money, bool) { return costOf(r.Gateway) }

// Many is one CompleteMany: Results is its loop.
type Many struct {
	client  *Client
	ctx     context.Context
	items   iter.Seq[*inferwirev1.CompleteManyItem]
	options ManyOptions

	mutex    sync.Mutex
	changed  *sync.Cond
	outbox   []*inferwirev1.CompleteManyRequest // bounded by what is in flight
	open     map[string]int                     // an id may be there twice: to find that out is the server's part
	progress Progress
	summary  *inferwirev1.CompleteManySummary
	noMore   bool
	closed   bool
}

// CompleteMany sends any number of requests on one stream. The items are asked for by a goroutine of
// their own, each only when it may be sent.
func (c *Client) CompleteMany(ctx context.Context, items iter.Seq[*inferwirev1.CompleteManyItem], options ManyOptions) *Many {
	many := &Many{client: c, ctx: ctx, items: items, options: options, open: map[string]int{}}
	many.changed = sync.NewCond(&many.mutex)
	many.outbox = []*inferwirev1.CompleteManyRequest{{Message: &inferwirev1.CompleteManyRequest_Config{
		Config: &inferwirev1.CompleteManyConfig{MaxInFlight: int32(options.MaxInFlight),
			StreamChunks: options.StreamChunks, DefaultOptions: options.DefaultOptions}}}}
	return many
}

// Progress as it is now.
func (m *Many) Progress() Progress {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.progress
}

// Summary is the server's own count, after the loop; nil if the stream broke.
func (m *Many) Summary() *inferwirev1.CompleteManySummary {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.summary
}

// CancelItem ends one item: its result will be CANCELLED, unless it was answered already.
func (m *Many) CancelItem(id string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.closed || m.open[id] == 0 {
		return
	}
	m.outbox = append(m.outbox, &inferwirev1.CompleteManyRequest{
		Message: &inferwirev1.CompleteManyRequest_Cancel{Cancel: &inferwirev1.CompleteManyCancel{ItemId: id}}})
	m.changed.Broadcast()
}

// Results come as they end; loop over them once. Leaving the loop cancels what is running. If the
// stream itself breaks, the last element is an *Error that names in Unfinished every item that was
// sent and not answered.
func (m *Many) Results() iter.Seq2[ManyResult, error] {
	return func(yield func(ManyResult, error) bool) {
		ctx, cancel := bounded(m.ctx, m.client.timeout())
		var running sync.WaitGroup
		// The goroutine that asks for items may be held up by the caller's iterator: it is not waited for.
		defer running.Wait()
		defer cancel()
		defer m.close()
		stream, err := m.client.chat.CompleteMany(ctx)
		if err != nil {
			yield(ManyResult{}, fromGRPC(err))
			return
		}
		go m.feed()
		running.Go(func() {
			for message := m.next(); message != nil; message = m.next() {
				if stream.Send(message) != nil {
					return // the stream is over: the reader learns why
				}
			}
			_ = stream.CloseSend()
		})
		for {
			message, err := stream.Recv()
			if err != nil {
				if failure := m.ending(err); failure != nil {
					yield(ManyResult{}, failure)
				}
				return
			}
			if result := m.onMessage(message); result != nil && !yield(*result, nil) {
				return
			}
		}
	}
}

func (m *Many) ending(err error) *Error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	failure := cutShort()
	if !errors.Is(err, io.EOF) {
		failure = fromGRPC(err)
	} else if m.summary != nil {
		return nil
	}
	for id, count := range m.open {
		for range count {
			failure.Unfinished = append(failure.Unfinished, id)
		}
	}
	slices.Sort(failure.Unfinished)
	return failure
}

func (m *Many) onMessage(message *inferwirev1.CompleteManyResponse) *ManyResult {
	m.mutex.Lock()
	result := message.GetResult()
	if ready := message.GetReady(); ready != nil {
		m.progress.MaxInFlight = max(int(ready.MaxInFlight), 1)
	} else if summary := message.GetSummary(); summary != nil {
		m.summary = summary
	} else if result != nil {
		m.count(result)
	}
	progress := m.progress
	m.changed.Broadcast()
	m.mutex.Unlock()
	if chunk := message.GetChunk(); chunk != nil && m.options.OnChunk != nil {
		m.options.OnChunk(chunk)
	}
	if result == nil {
		return nil
	}
	if m.options.OnProgress != nil {
		m.options.OnProgress(progress)
	}
	answer := &ManyResult{ItemID: result.ItemId, Completion: result.GetCompletion(), Gateway: result.Gateway}
	if result.GetError() != nil {
		answer.Err = FromRPCStatus(result.GetError())
	}
	return answer
}

func (m *Many) count(result *inferwirev1.CompleteManyResult) {
	if m.open[result.ItemId] > 0 {
		m.open[result.ItemId]--
		m.progress.InFlight--
	}
	switch {
	case result.GetError() == nil:
		m.progress.Succeeded++
	case codes.Code(result.GetError().Code) == codes.Canceled:
		m.progress.Cancelled++
	default:
		m.progress.Failed++
	}
}

// feed is apart from the sending: a slow iterator must not delay a cancel.
func (m *Many) feed() {
	mayAsk := func() bool {
		m.mutex.Lock()
		defer m.mutex.Unlock()
		for !m.closed && m.progress.InFlight >= m.progress.MaxInFlight {
			m.changed.Wait()
		}
		return !m.closed
	}
	if mayAsk() {
		for item := range m.items {
			m.mutex.Lock()
			m.open[item.ItemId]++
			m.progress.Sent++
			m.progress.InFlight++
			m.outbox = append(m.outbox, &inferwirev1.CompleteManyRequest{
				Message: &inferwirev1.CompleteManyRequest_Item{Item: item}})
			m.changed.Broadcast()
			m.mutex.Unlock()
			if !mayAsk() {
				break
			}
		}
	}
	m.mutex.Lock()
	m.noMore = true
	m.changed.Broadcast()
	m.mutex.Unlock()
}

// next is the next message to send; nil: there will be none.
func (m *Many) next() *inferwirev1.CompleteManyRequest {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	// Half-closing only after the last answer keeps the way for cancels open.
	for !m.closed && len(m.outbox) == 0 && !(m.noMore && m.progress.InFlight == 0) {
		m.changed.Wait()
	}
	if m.closed || len(m.outbox) == 0 {
		return nil
	}
	message := m.outbox[0]
	m.outbox = m.outbox[1:]
	return message
}

func (m *Many) close() {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.closed = true
	m.changed.Broadcast()
}
