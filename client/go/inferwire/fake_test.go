package inferwire

import (
	"context"
	"net"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/test/bufconn"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// A gateway in this process, whose services do what a test says.
type fake struct {
	inferwirev1.UnimplementedRawServiceServer
	inferwirev1.UnimplementedChatServiceServer
	inferwirev1.UnimplementedFilesServiceServer
	inferwirev1.UnimplementedAudioServiceServer
	inferwirev1.UnimplementedBatchesServiceServer

	invoke       func(context.Context, *inferwirev1.InvokeRequest) (*inferwirev1.InvokeResponse, error)
	streamInvoke func(*inferwirev1.StreamInvokeRequest, grpc.ServerStreamingServer[inferwirev1.StreamInvokeResponse]) error
	complete     func(context.Context, *inferwirev1.CompleteRequest) (*inferwirev1.CompleteResponse, error)
	upload       func(grpc.ClientStreamingServer[inferwirev1.UploadFileRequest, inferwirev1.UploadFileResponse]) error
	download     func(*inferwirev1.DownloadFileRequest, grpc.ServerStreamingServer[inferwirev1.DownloadFileResponse]) error
	speak        func(*inferwirev1.SpeakRequest, grpc.ServerStreamingServer[inferwirev1.SpeakResponse]) error
	createBatch  func(grpc.ClientStreamingServer[inferwirev1.CreateBatchRequest, inferwirev1.CreateBatchResponse]) error
	batchResults func(*inferwirev1.StreamBatchResultsRequest, resultStream) error
	transcribe   func(grpc.ClientStreamingServer[inferwirev1.TranscribeRequest, inferwirev1.TranscribeResponse]) error
}

func (f *fake) Invoke(ctx context.Context, request *inferwirev1.InvokeRequest) (*inferwirev1.InvokeResponse, error) {
	return f.invoke(ctx, request)
}

func (f *fake) StreamInvoke(request *inferwirev1.StreamInvokeRequest, stream grpc.ServerStreamingServer[inferwirev1.StreamInvokeResponse]) error {
	return f.streamInvoke(request, stream)
}

func (f *fake) Complete(ctx context.Context, request *inferwirev1.CompleteRequest) (*inferwirev1.CompleteResponse, error) {
	return f.complete(ctx, request)
}

func (f *fake) UploadFile(stream grpc.ClientStreamingServer[inferwirev1.UploadFileRequest, inferwirev1.UploadFileResponse]) error {
	return f.upload(stream)
}

func (f *fake) DownloadFile(request *inferwirev1.DownloadFileRequest, stream grpc.ServerStreamingServer[inferwirev1.DownloadFileResponse]) error {
	return f.download(request, stream)
}

func (f *fake) Speak(request *inferwirev1.SpeakRequest, stream grpc.ServerStreamingServer[inferwirev1.SpeakResponse]) error {
	return f.speak(request, stream)
}

func (f *fake) Transcribe(stream grpc.ClientStreamingServer[inferwirev1.TranscribeRequest, inferwirev1.TranscribeResponse]) error {
	if f.transcribe == nil {
		return f.UnimplementedAudioServiceServer.Transcribe(stream)
	}
	return f.transcribe(stream)
}

func (f *fake) CreateBatch(stream grpc.ClientStreamingServer[inferwirev1.CreateBatchRequest, inferwirev1.CreateBatchResponse]) error {
	return f.createBatch(stream)
}

func (f *fake) StreamBatchResults(request *inferwirev1.StreamBatchResultsRequest, stream resultStream) error {
	return f.batchResults(request, stream)
}

// A client of it.
func (f *fake) client(t *testing.T, options Options) *Client {
	t.Helper()
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	inferwirev1.RegisterRawServiceServer(server, f)
	inferwirev1.RegisterChatServiceServer(server, f)
	inferwirev1.RegisterFilesServiceServer(server, f)
	inferwirev1.RegisterAudioServiceServer(server, f)
	inferwirev1.RegisterBatchesServiceServer(server, f)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	dial := func(context.Context, string) (net.Conn, error) { return listener.Dial() }
	options.DialOptions = append(options.DialOptions, grpc.WithContextDialer(dial))
	client, err := Connect("passthrough:///fake", options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}
