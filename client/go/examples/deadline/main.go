// An answer within ten seconds, or none: the provider's work ends with the deadline, too.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	text, err := client.CompleteText(ctx, "Why is the sky blue?")
	if errors.Is(err, context.DeadlineExceeded) {
		fmt.Println("no answer in time")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)
}
