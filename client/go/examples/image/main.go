// A question about a picture that is in a file.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/inferwire/inferwire/client/go/inferwire"
)

func main() {
	picture, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	client, err := inferwire.Connect("", inferwire.Options{})
	if err != nil {
		log.Fatal(err)
	}
	question := inferwire.User("What is in this picture?", inferwire.Image(picture))
	answer, err := client.Chat(context.Background(), inferwire.Messages{question})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Text())
}
