// One question, one answer: as text, and as the typed response with its usage.
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"

	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

func main() {
	client, err := inferwire.Connect(cmp.Or(os.Getenv("INFERWIRE_SERVER"), "localhost:50051"), inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()

	text, err := client.CompleteText(ctx, "Say hello in five languages.")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)

	params := inferwire.Ask("Why is the sky blue?", "gpt-4.1-mini")
	params.MaxCompletionTokens = proto.Int32(50)
	response, err := client.Complete(ctx, &inferwirev1.CompleteRequest{Params: params})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(inferwire.Text(response.Completion))
	fmt.Println(response.Completion.Usage.GetTotalTokens(), "tokens, request", response.Gateway.RequestId)
}
