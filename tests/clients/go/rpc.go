package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// One RPC, by its name.
type rpc struct {
	path              string
	request, response proto.Message
}

func rpcOf(t *task) rpc {
	name, path := "inferwire.v1."+strings.ReplaceAll(t.Method, "/", "."), "/inferwire.v1."+t.Method
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		panic(err)
	}
	method := found.(protoreflect.MethodDescriptor)
	return rpc{path, parse(t.Request, messageOf(method.Input())), messageOf(method.Output())}
}

func messageOf(descriptor protoreflect.MessageDescriptor) proto.Message {
	kind, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.FullName())
	if err != nil {
		panic(err)
	}
	return kind.New().Interface()
}

func inJSON(message proto.Message) json.RawMessage {
	text, err := protojson.Marshal(message)
	if err != nil {
		panic(err)
	}
	return text
}

// What has a call of its own is called so, every other RPC by its name.
func unaryRPC(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	call := rpcOf(t)
	var response proto.Message
	var err error
	switch request := call.request.(type) {
	case *inferwirev1.CreateResponseRequest:
		response, err = client.Respond(ctx, request)
	case *inferwirev1.EmbedRequest:
		response, err = client.Embed(ctx, request)
	case *inferwirev1.ModerateRequest:
		response, err = client.Moderate(ctx, request)
	case *inferwirev1.CompleteTextRequest:
		response, err = client.Continue(ctx, request)
	case *inferwirev1.GenerateImagesRequest:
		response, err = client.GenerateImages(ctx, request)
	default:
		response, err = call.response, client.Channel().Invoke(ctx, call.path, request, call.response)
	}
	if err != nil {
		return seen{"error": seenError(err)}, nil
	}
	return seen{"response": inJSON(response)}, nil
}

func streamedRPC(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	call := rpcOf(t)
	count, types := 0, map[string]int{}
	var text strings.Builder
	out := seen{"types": types}
	digest, size, pictures := sha256.New(), 0, []string{}
	add := func(data []byte) {
		size += len(data)
		digest.Write(data)
	}
	take := func(message proto.Message, added string, err error) {
		if err != nil {
			out["error"] = seenError(err)
			return
		}
		reflected := message.ProtoReflect()
		kind := "unknown"
		if set := reflected.WhichOneof(reflected.Descriptor().Oneofs().Get(0)); set != nil {
			kind = string(set.Name())
		}
		count++
		types[kind]++
		text.WriteString(added)
		out["last"] = inJSON(message)
	}
	switch request := call.request.(type) {
	case *inferwirev1.StreamResponseRequest:
		for event, err := range client.StreamResponse(ctx, request).Events() {
			take(event.Message, event.Text(), err)
		}
	case *inferwirev1.StreamEmbedRequest:
		for event, err := range client.StreamEmbed(ctx, request) {
			if values := event.Embedding().GetValues(); len(values) > 0 {
				packed, _ := binary.Append(nil, binary.LittleEndian, values)
				add(packed)
			}
			take(event.Message, "", err)
		}
	case *inferwirev1.StreamGenerateImagesRequest:
		for event, err := range client.StreamImages(ctx, request) {
			if picture := event.Picture; picture != nil {
				add(picture.Data)
				name := strconv.Itoa(picture.Index)
				if picture.Preview != nil {
					name += fmt.Sprintf(" preview %d", *picture.Preview)
				}
				pictures = append(pictures, name)
			}
			take(event.Message, "", err)
		}
	case *inferwirev1.StreamCompleteTextRequest:
		for event, err := range client.StreamContinue(ctx, request) {
			take(event.Message, event.Text(), err)
		}
	default:
		if err := readAll(ctx, client, call, take); err != nil {
			out["error"] = seenError(err)
		}
	}
	out["events"], out["text"] = count, text.String()
	out["bytes"], out["sha256"], out["pictures"] = size, hex.EncodeToString(digest.Sum(nil)), pictures
	return out, nil
}

func readAll(ctx context.Context, client *inferwire.Client, call rpc, take func(proto.Message, string, error)) error {
	stream, err := client.Channel().NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, call.path)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(call.request); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for {
		message := call.response.ProtoReflect().New().Interface()
		switch err := stream.RecvMsg(message); {
		case err == nil:
			take(message, "", nil)
		case errors.Is(err, io.EOF):
			return nil
		default:
			return err
		}
	}
}
