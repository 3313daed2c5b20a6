// A call that the gateway tries again until the provider answers: never one that may be billed twice.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	text, err := client.CompleteText(context.Background(), "Why is the sky blue?", inferwire.WithMaxRetries(5))
	if failure := (*inferwire.Error)(nil); errors.As(err, &failure) {
		log.Fatalf("%s, worth another try: %t, in %s", failure.Reason, failure.Retryable, failure.RetryAfter)
	}
	fmt.Println(text)
}
