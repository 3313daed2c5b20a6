package inferwire

import (
	"google.golang.org/grpc"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

type idempotencyKey struct {
	grpc.EmptyCallOption
	key string
}

// IdempotencyKey is an option of calls to a model: one that is sent again with the same key gets the
// first one's answer and costs nothing.
func IdempotencyKey(key string) grpc.CallOption { return idempotencyKey{key: key} }

func idempotencyKeyIn(options []grpc.CallOption) string {
	for _, option := range options {
		if found, is := option.(idempotencyKey); is {
			return found.key
		}
	}
	return ""
}

func withIdempotencyKey(options *inferwirev1.CallOptions, key string) *inferwirev1.CallOptions {
	if options == nil {
		options = &inferwirev1.CallOptions{}
	}
	options.IdempotencyKey = key
	return options
}
