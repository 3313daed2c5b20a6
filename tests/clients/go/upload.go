package main

import (
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/inferwire/inferwire/client/go/inferwire"
	"github.com/inferwire/inferwire/client/go/inferwirev1"
	"google.golang.org/protobuf/proto"
)

type fileSpec struct {
	Name  string `json:"name"`
	Bytes int    `json:"bytes"`
	Fails bool   `json:"fails"`
	Mask  bool   `json:"mask"`
}

var errBroken = errors.New("the file broke")

// zeros is a file with a name; read tells of what is read of it.
type zeros struct {
	spec fileSpec
	left int
	read func(int)
}

func (z *zeros) Name() string { return z.spec.Name }

func (z *zeros) Read(into []byte) (int, error) {
	size := min(len(into), z.left)
	if size == 0 {
		if z.spec.Fails {
			return 0, errBroken
		}
		return 0, io.EOF
	}
	copy(into, bytes.Repeat([]byte{0}, size))
	z.left -= size
	z.read(size)
	return size, nil
}

// upload does the call whose request is a file, or several.
func upload(ctx context.Context, client *inferwire.Client, t *task) (seen, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sent := 0
	read := func(size int) {
		if sent += size; t.CancelAfter > 0 && sent >= t.CancelAfter {
			cancel()
		}
	}
	var pictures []io.Reader
	var mask io.Reader
	for _, spec := range t.Files {
		file := &zeros{spec, spec.Bytes, read}
		if spec.Mask {
			mask = file
		} else {
			pictures = append(pictures, file)
		}
	}
	response, err := uploaded(ctx, client, t, pictures, mask)
	out := seen{"sent": sent}
	switch {
	case err == nil:
		out["response"] = inJSON(response)
	case errors.Is(err, errBroken):
		out["fault"] = err.Error()
	case errors.Is(err, context.Canceled):
		out["cancelled"] = true
	default:
		out["error"] = seenError(err)
	}
	return out, nil
}

func uploaded(ctx context.Context, client *inferwire.Client, t *task, files []io.Reader, mask io.Reader) (proto.Message, error) {
	switch t.Method {
	case "AudioService/Transcribe":
		params := parse(t.Request, &inferwirev1.TranscriptionParams{})
		return client.Transcribe(ctx, files[0], &inferwirev1.TranscribeHeader{Params: params})
	case "AudioService/TranslateAudio":
		params := parse(t.Request, &inferwirev1.TranslationParams{})
		return client.Translate(ctx, files[0], &inferwirev1.TranslateAudioHeader{Params: params})
	case "ImagesService/EditImages":
		params := parse(t.Request, &inferwirev1.ImageEditParams{})
		return client.EditImages(ctx, &inferwirev1.EditImagesHeader{Params: params}, files, mask)
	default:
		file, err := client.UploadFile(ctx, files[0], parse(t.Request, &inferwirev1.UploadFileHeader{}))
		return &inferwirev1.UploadFileResponse{File: file}, err
	}
}
