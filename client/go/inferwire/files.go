package inferwire

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// UploadFile sends a file while it reads it; no more than a piece is ever held. header may be nil. A
// purpose that it does not have is user_data; name and size come from file (os.File, bytes.Reader) if
// it has them. Wrap file to see how far it is (io.TeeReader). An upload that breaks leaves nothing.
func (c *Client) UploadFile(ctx context.Context, file io.Reader, header *inferwirev1.UploadFileHeader, options ...grpc.CallOption) (*inferwirev1.File, error) {
	ctx, cancel := bounded(ctx, c.timeout())
	defer cancel() // ends the upload if it is left before its end
	if header == nil {
		header = &inferwirev1.UploadFileHeader{}
	}
	header = proto.Clone(header).(*inferwirev1.UploadFileHeader)
	header.Filename = or(header.Filename, nameOf(file, "file"))
	header.Purpose = or(header.Purpose, "user_data")
	if header.SizeBytes == nil {
		header.SizeBytes = sizeOf(file)
	}
	stream, err := inferwirev1.NewFilesServiceClient(c.Channel()).UploadFile(ctx, unrepeated(options)...)
	if err != nil {
		return nil, err
	}
	form := &form[inferwirev1.UploadFileRequest, inferwirev1.UploadFileResponse]{stream: stream}
	form.send(&inferwirev1.UploadFileRequest{Message: &inferwirev1.UploadFileRequest_Header{Header: header}})
	hash, size := sha256.New(), int64(0)
	form.sendFile(file, func(data []byte) *inferwirev1.UploadFileRequest {
		hash.Write(data)
		size += int64(len(data))
		return &inferwirev1.UploadFileRequest{Message: &inferwirev1.UploadFileRequest_Data{Data: data}}
	})
	end := &inferwirev1.UploadFileEnd{SizeBytes: &size, Sha256: proto.String(hex.EncodeToString(hash.Sum(nil)))}
	form.send(&inferwirev1.UploadFileRequest{Message: &inferwirev1.UploadFileRequest_End{End: end}})
	response, err := form.answer()
	return response.GetFile(), err
}

// DownloadFile writes a file while it comes and returns how many bytes it wrote. When the connection
// breaks it goes on where it was, until its context ends.
func (c *Client) DownloadFile(ctx context.Context, id string, into io.Writer, options ...grpc.CallOption) (int64, error) {
	written := int64(0)
	open := func(ctx context.Context) (grpc.ServerStreamingClient[inferwirev1.DownloadFileResponse], error) {
		request := &inferwirev1.DownloadFileRequest{FileId: id, Offset: written}
		return inferwirev1.NewFilesServiceClient(c.Channel()).DownloadFile(ctx, request, options...)
	}
	isLast := func(message *inferwirev1.DownloadFileResponse) bool { return message.GetCompleted() != nil }
	goesOn := func(*Error) bool { return written > 0 }
	for message, err := range patiently(ctx, c, open, isLast, goesOn) {
		if err != nil {
			return written, err
		}
		if len(message.GetData()) == 0 {
			continue
		}
		size, err := into.Write(message.GetData())
		written += int64(size)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// ListFiles page after page, the caller's own; of the request, which may be nil, all but PageToken
// counts.
func (c *Client) ListFiles(ctx context.Context, request *inferwirev1.ListFilesRequest, options ...grpc.CallOption) iter.Seq2[*inferwirev1.File, error] {
	return pages(func(token string) ([]*inferwirev1.File, string, error) {
		asked := &inferwirev1.ListFilesRequest{PageSize: request.GetPageSize(), PageToken: token,
			Purpose: request.GetPurpose(), Ascending: request.GetAscending(), Upstream: request.GetUpstream()}
		page, err := inferwirev1.NewFilesServiceClient(c.Channel()).ListFiles(ctx, asked, options...)
		return page.GetFiles(), page.GetNextPageToken(), err
	})
}

// GetFile says what is known of a file.
func (c *Client) GetFile(ctx context.Context, id string, options ...grpc.CallOption) (*inferwirev1.File, error) {
	request := &inferwirev1.GetFileRequest{FileId: id}
	response, err := inferwirev1.NewFilesServiceClient(c.Channel()).GetFile(ctx, request, options...)
	return response.GetFile(), err
}

// DeleteFile at the upstream.
func (c *Client) DeleteFile(ctx context.Context, id string, options ...grpc.CallOption) error {
	request := &inferwirev1.DeleteFileRequest{FileId: id}
	_, err := inferwirev1.NewFilesServiceClient(c.Channel()).DeleteFile(ctx, request, options...)
	return err
}
