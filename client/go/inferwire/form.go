package inferwire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/grpc"
)

const partBytes = 256 << 10

// What is known of a file before it is read: its name, and how many bytes are still to be read of it,
// if that can be seen.
func nameOf(file io.Reader, otherwise string) string {
	if named, is := file.(interface{ Name() string }); is && named.Name() != "" {
		return filepath.Base(named.Name())
	}
	return otherwise
}

func sizeOf(file io.Reader) *int64 {
	switch file := file.(type) {
	case *os.File:
		info, err := file.Stat()
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		at, err := file.Seek(0, io.SeekCurrent)
		size := info.Size() - at
		if err != nil || size < 0 {
			return nil
		}
		return &size
	case interface{ Len() int }: // bytes.Reader, strings.Reader, bytes.Buffer
		size := int64(file.Len())
		return &size
	}
	return nil
}

// A form that goes up message by message. After the first failure nothing more is sent.
type form[Request, Response any] struct {
	stream grpc.ClientStreamingClient[Request, Response]
	fault  error // of what should have been read
	over   bool  // the stream is: its answer says why
}

func (f *form[Request, Response]) send(message *Request) {
	if f.over || f.fault != nil {
		return
	}
	if err := f.stream.Send(message); errors.Is(err, io.EOF) {
		f.over = true
	} else if err != nil {
		f.fault = err
	}
}

// sendFile: each piece as it is read, as a message made by wrap.
func (f *form[Request, Response]) sendFile(file io.Reader, wrap func([]byte) *Request) {
	piece := make([]byte, partBytes)
	for !f.over && f.fault == nil {
		size, err := file.Read(piece)
		if size > 0 {
			f.send(wrap(bytes.Clone(piece[:size]))) // a stats handler may look at the message later
		}
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			f.fault = fmt.Errorf("the file cannot be read: %w", err)
		}
	}
}

// answer of the whole form. What could not be read goes before what the gateway says of half a form.
func (f *form[Request, Response]) answer() (*Response, error) {
	if f.fault != nil {
		return nil, f.fault
	}
	response, err := f.stream.CloseAndRecv()
	if err != nil {
		return nil, fromGRPC(err)
	}
	return response, nil
}

// Nobody repeats a stream of pieces; where it could, gRPC keeps them until the answer.
func unrepeated(options []grpc.CallOption) []grpc.CallOption {
	return append(options[:len(options):len(options)], grpc.MaxRetryRPCBufferSize(0))
}
