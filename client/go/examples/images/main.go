// A picture, saved as a file, and a text that goes on by a model that knows no chats.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	image, err := client.GenerateImage(ctx, "A lighthouse at dawn.")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(os.TempDir(), "lighthouse.png")
	if err := os.WriteFile(path, image.Data, 0o600); err != nil {
		log.Fatal(err)
	}
	fmt.Println(path, len(image.Data), "bytes")

	text, err := client.ContinueText(ctx, "Once upon a time")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(text)
}
