// OpenAI's own SDK over the client's transport.
module github.com/inferwire/inferwire/tests/adoption/go

go 1.25.0

require (
	github.com/inferwire/inferwire/client/go v0.1.0
	github.com/openai/openai-go/v3 v3.30.0
)

require (
	github.com/tidwall/gjson v1.18.0 // indirect
	github.com/tidwall/match v1.1.1 // indirect
	github.com/tidwall/pretty v1.2.1 // indirect
	github.com/tidwall/sjson v1.2.5 // indirect
	golang.org/x/net v0.51.0 // indirect
	golang.org/x/sys v0.42.0 // indirect
	golang.org/x/text v0.34.0 // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20260226221140-a57be14db171 // indirect
	google.golang.org/grpc v1.81.1 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace github.com/inferwire/inferwire/client/go => ../../../client/go
