// Tokens as they arrive; leaving the loop cancels the call, here and upstream.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	server := cmp.Or(os.Getenv("INFERWIRE_SERVER"), "localhost:50051")
	// [rosetta]
	client, err := inferwire.Connect(server, inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	for event, err := range client.StreamText(ctx, "Why is the sky blue?") {
		if failure := (*inferwire.Error)(nil); errors.As(err, &failure) {
			log.Fatalf("%s, retry is safe: %t: %v", failure.Reason, failure.Retryable, failure)
		}
		fmt.Print(event.Text())
	}
	// [rosetta]
}
