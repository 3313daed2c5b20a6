// The generators of inferwirev1: a module of their own, so that users of the client need none of it.
module github.com/inferwire/inferwire/client/go/tools

go 1.25.0

require (
	google.golang.org/grpc/cmd/protoc-gen-go-grpc v1.6.2
	google.golang.org/protobuf v1.36.12
)
