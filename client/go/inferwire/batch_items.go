package inferwire

import (
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// BatchParams are what a batch can ask for: the parameters of one call of its endpoint.
type BatchParams interface {
	*inferwirev1.ChatCompletionParams | *inferwirev1.ResponseParams | *inferwirev1.EmbeddingParams |
		*inferwirev1.TextCompletionParams | *inferwirev1.ModerationParams | *inferwirev1.ImageParams |
		*inferwirev1.ImageEditParams
}

// NewBatchItem is an item of CreateBatch. The id (1 to 128 bytes, unique in the batch) is the
// CustomID of its result. All items of a batch are of one endpoint; params names its model, as a
// request does. Images to edit are named in it, by URL or file id, not uploaded.
func NewBatchItem[P BatchParams](id string, params P) *inferwirev1.BatchItem {
	item := &inferwirev1.BatchItem{CustomId: id}
	switch params := any(params).(type) {
	case *inferwirev1.ChatCompletionParams:
		item.Body = &inferwirev1.BatchItem_ChatCompletion{ChatCompletion: params}
	case *inferwirev1.ResponseParams:
		item.Body = &inferwirev1.BatchItem_Response{Response: params}
	case *inferwirev1.EmbeddingParams:
		item.Body = &inferwirev1.BatchItem_Embedding{Embedding: params}
	case *inferwirev1.TextCompletionParams:
		item.Body = &inferwirev1.BatchItem_TextCompletion{TextCompletion: params}
	case *inferwirev1.ModerationParams:
		item.Body = &inferwirev1.BatchItem_Moderation{Moderation: params}
	case *inferwirev1.ImageParams:
		item.Body = &inferwirev1.BatchItem_ImageGeneration{ImageGeneration: params}
	case *inferwirev1.ImageEditParams:
		item.Body = &inferwirev1.BatchItem_ImageEdit{ImageEdit: params}
	}
	return item
}

// BatchItemResult is the one result of an item: an answer of its endpoint, or an error. The methods
// read the answers as those of single calls are read; of other endpoints they say nothing.
type BatchItemResult struct {
	CustomID string
	// Completion of a chat; nil for all other results.
	Completion *inferwirev1.ChatCompletion
	// Err of the item; nil: it has an answer.
	Err     *Error
	Message *inferwirev1.BatchResult
}

func itemResult(message *inferwirev1.BatchResult) BatchItemResult {
	result := BatchItemResult{CustomID: message.GetCustomId(), Completion: message.GetChatCompletion(), Message: message}
	if message.GetError() != nil {
		result.Err = FromRPCStatus(message.GetError())
	}
	return result
}

// Text of a chat's or text completion's first choice, or of a response.
func (r BatchItemResult) Text() string {
	switch outcome := r.Message.GetOutcome().(type) {
	case *inferwirev1.BatchResult_Response:
		return ResponseText(outcome.Response)
	case *inferwirev1.BatchResult_TextCompletion:
		return firstText(outcome.TextCompletion)
	default:
		return Text(r.Completion)
	}
}

// Vectors of the item's texts, in their order.
func (r BatchItemResult) Vectors() [][]float32 { return Vectors(r.Message.GetEmbedding()) }

// Moderations of the item's inputs, one for each.
func (r BatchItemResult) Moderations() []*inferwirev1.ModerationResult {
	return r.Message.GetModeration().GetResults()
}

// Images that were drawn or edited: each has its Data, or its Url.
func (r BatchItemResult) Images() []*inferwirev1.Image { return r.Message.GetImage().GetImages() }

// Cost of the item in US dollars, exact; false: it is not priced.
func (r BatchItemResult) Cost() (Money, bool) { return moneyOf(r.Message.GetCost()) }
