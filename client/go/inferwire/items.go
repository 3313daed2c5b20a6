package inferwire

import (
	"iter"
	"strconv"

	"google.golang.org/grpc"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Items of CompleteMany, one for each prompt; their ids are 0, 1, 2, ... The options are those of a
// chat: WithSystem, WithModel, ...
func (c *Client) Items(prompts []string, options ...grpc.CallOption) iter.Seq[*inferwirev1.CompleteManyItem] {
	return func(yield func(*inferwirev1.CompleteManyItem) bool) {
		for i, prompt := range prompts {
			item := &inferwirev1.CompleteManyItem{ItemId: strconv.Itoa(i), Params: c.chatting(Messages{User(prompt)})}
			item, _ = applied(item, options) // an item has a place for all of a chat's
			if !yield(item) {
				return
			}
		}
	}
}

// BatchItems of CreateBatch, as Items makes them; NewBatchItem makes those of other endpoints. Only what the model is asked for is a part of them:
// IdempotencyKey and WithMaxRetries are not for batches.
func (c *Client) BatchItems(prompts []string, options ...grpc.CallOption) iter.Seq[*inferwirev1.BatchItem] {
	return func(yield func(*inferwirev1.BatchItem) bool) {
		for item := range c.Items(prompts, options...) {
			body := &inferwirev1.BatchItem_ChatCompletion{ChatCompletion: item.Params}
			if !yield(&inferwirev1.BatchItem{CustomId: item.ItemId, Body: body}) {
				return
			}
		}
	}
}
