package inferwire

import (
	"context"
	"errors"
	"iter"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// A batch takes longer than any connection lasts: watching and reading results go on by themselves
// when a call ends or breaks, and miss and repeat nothing. They end with their context.
const (
	maxFailures  = 10 // calls that fail one after the other without bringing anything
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// HasEnded says whether nothing changes any more: every item has its result.
func HasEnded(batch *inferwirev1.Batch) bool {
	return batch.GetState() > inferwirev1.Batch_STATE_CANCELLING
}

// CreateBatch sends items of one endpoint, each when there is room for it. With a RequestId in the
// header, the same items may be sent again after any failure: there will be one batch. header may be
// nil.
func (c *Client) CreateBatch(ctx context.Context, header *inferwirev1.BatchHeader, items iter.Seq[*inferwirev1.BatchItem]) (*inferwirev1.CreateBatchResponse, error) {
	ctx, cancel := bounded(ctx, c.timeout())
	defer cancel()
	// Nobody repeats a stream of items; where it could, gRPC keeps a kilobyte of each until the answer.
	stream, err := c.batches.CreateBatch(ctx, grpc.MaxRetryRPCBufferSize(0))
	if err != nil {
		return nil, fromGRPC(err)
	}
	if header == nil {
		header = &inferwirev1.BatchHeader{}
	}
	err = stream.Send(&inferwirev1.CreateBatchRequest{Message: &inferwirev1.CreateBatchRequest_Header{Header: header}})
	for item := range items {
		if err != nil {
			break // the stream is over: its answer says why
		}
		err = stream.Send(&inferwirev1.CreateBatchRequest{Message: &inferwirev1.CreateBatchRequest_Item{Item: item}})
	}
	response, err := stream.CloseAndRecv()
	if err != nil {
		return nil, fromGRPC(err)
	}
	return response, nil
}

// GetBatch as it is now.
func (c *Client) GetBatch(ctx context.Context, id string) (*inferwirev1.Batch, error) {
	response, err := unary(ctx, c.readTimeout(), &inferwirev1.GetBatchRequest{BatchId: id}, c.batches.GetBatch, nil)
	return response.GetBatch(), err
}

// CancelBatch ends a batch early. Items that are done keep their results; without effect on a batch
// that has ended.
func (c *Client) CancelBatch(ctx context.Context, id string) (*inferwirev1.Batch, error) {
	response, err := unary(ctx, c.readTimeout(), &inferwirev1.CancelBatchRequest{BatchId: id}, c.batches.CancelBatch, nil)
	return response.GetBatch(), err
}

// DeleteBatch forgets a batch that has ended: its items, its results, and its files at the upstream.
func (c *Client) DeleteBatch(ctx context.Context, id string) error {
	_, err := unary(ctx, c.readTimeout(), &inferwirev1.DeleteBatchRequest{BatchId: id}, c.batches.DeleteBatch, nil)
	return err
}

// ListBatches gives the caller's batches, the youngest first, page after page.
func (c *Client) ListBatches(ctx context.Context) iter.Seq2[*inferwirev1.Batch, error] {
	return pages(func(token string) ([]*inferwirev1.Batch, string, error) {
		page, err := unary(ctx, c.readTimeout(), &inferwirev1.ListBatchesRequest{PageToken: token}, c.batches.ListBatches, nil)
		return page.GetBatches(), page.GetNextPageToken(), err
	})
}

// WatchBatch gives the batch as it is, then at each change, until it has ended.
func (c *Client) WatchBatch(ctx context.Context, id string) iter.Seq2[*inferwirev1.Batch, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.WatchBatchResponse], error) {
		return c.batches.WatchBatch(ctx, &inferwirev1.WatchBatchRequest{BatchId: id})
	}
	isLast := func(message *inferwirev1.WatchBatchResponse) bool { return HasEnded(message.GetBatch()) }
	return func(yield func(*inferwirev1.Batch, error) bool) {
		for message, err := range patiently(ctx, c, open, isLast, always) {
			if (err != nil || message.GetBatch() != nil) && !yield(message.GetBatch(), err) {
				return
			}
		}
	}
}

// BatchResults gives each result exactly once, from offset on (Message.NextOffset of the last one that is
// here already). It stays until the batch has ended.
func (c *Client) BatchResults(ctx context.Context, id string, offset int64) iter.Seq2[BatchItemResult, error] {
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.StreamBatchResultsResponse], error) {
		return c.batches.StreamBatchResults(ctx, &inferwirev1.StreamBatchResultsRequest{BatchId: id, Offset: offset, Follow: true})
	}
	isLast := func(message *inferwirev1.StreamBatchResultsResponse) bool { return message.GetEnd() != nil }
	return func(yield func(BatchItemResult, error) bool) {
		for message, err := range patiently(ctx, c, open, isLast, always) {
			if err != nil {
				yield(BatchItemResult{}, err)
				return
			}
			result := message.GetResult()
			if result == nil {
				continue
			}
			offset = result.NextOffset
			if !yield(itemResult(result), nil) {
				return
			}
		}
	}
}

func always(*Error) bool { return true }

// The messages of streams that follow one another until one comes to its end. goesOn may say that
// none follows.
func patiently[Message any](ctx context.Context, c *Client, open func(context.Context) (grpc.ServerStreamingClient[Message], error),
	isLast func(*Message) bool, goesOn func(*Error) bool) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		failures := 0
		for {
			var failure *Error
			for message, err := range read(ctx, c, open, isLast) {
				if err != nil {
					errors.As(err, &failure)
					break
				}
				failures = 0
				if !yield(message, nil) {
					return
				}
			}
			if failure == nil {
				return
			}
			pause, again := pauseAfter(failure, &failures)
			if !again || !goesOn(failure) || !wait(ctx, pause) {
				yield(nil, failure)
				return
			}
		}
	}
}

func pauseAfter(failure *Error, failures *int) (time.Duration, bool) {
	switch {
	case failure.Code == codes.DeadlineExceeded:
		return firstPause, true // a stream that the gateway ended in its time is no failure
	case failure.Code != codes.Unavailable:
		return 0, false
	}
	*failures++
	if failure.HasRetryAfter {
		return min(failure.RetryAfter, longestPause), *failures <= maxFailures
	}
	return min(firstPause<<(*failures-1), longestPause), *failures <= maxFailures
}

// False: the context ended before.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

// Page after page.
func pages[Element any](next func(token string) ([]Element, string, error)) iter.Seq2[Element, error] {
	return func(yield func(Element, error) bool) {
		for token := ""; ; {
			elements, following, err := next(token)
			if err != nil {
				yield(*new(Element), err)
				return
			}
			for _, element := range elements {
				if !yield(element, nil) {
					return
				}
			}
			if token = following; token == "" {
				return
			}
		}
	}
}
