// A stream that is left when enough has come: the provider stops at once.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	length := 0
	for event, err := range client.StreamText(context.Background(), "Tell me a long story.") {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(event.Text())
		if length += len(event.Text()); length > 40 {
			break
		}
	}
	fmt.Println("\nenough")
}
