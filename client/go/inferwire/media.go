package inferwire

import (
	"context"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	"github.com/inferwire/inferwire/client/go/inferwirev1"
)

// Used by the calls that name none.
const (
	DefaultSpeechModel        = "gpt-4o-mini-tts"
	DefaultVoice              = "alloy"
	DefaultTranscriptionModel = "gpt-4o-transcribe"
	DefaultTranslationModel   = "whisper-1"
)

// Speech is sound while it is made: an io.ReadCloser. Sound that was cut ends with
// io.ErrUnexpectedEOF; closing it before its end ends the call, here and upstream.
type Speech struct {
	*body[inferwirev1.SpeakResponse]
	// ContentType is audio/mpeg, ...
	ContentType string

	completed *inferwirev1.SpeakCompleted
}

// Completed has size, usage and gateway info once all of it was read; nil before.
func (s *Speech) Completed() *inferwirev1.SpeakCompleted { return s.completed }

// SpeakText makes sound of a text: io.Copy(file, speech).
func (c *Client) SpeakText(ctx context.Context, text string, options ...grpc.CallOption) (*Speech, error) {
	params := &inferwirev1.SpeechParams{Model: DefaultSpeechModel, Input: text, Voice: proto.String(DefaultVoice)}
	return c.Speak(ctx, &inferwirev1.SpeakRequest{Params: params}, options...)
}

// Speak makes sound as the request says. It returns when the first of it is there.
func (c *Client) Speak(ctx context.Context, request *inferwirev1.SpeakRequest, options ...grpc.CallOption) (*Speech, error) {
	ctx, cancel := context.WithCancel(ctx)
	stream, err := inferwirev1.NewAudioServiceClient(c.Channel()).Speak(ctx, request, options...)
	if err == nil {
		speech := &Speech{body: &body[inferwirev1.SpeakResponse]{stream: stream, cancel: cancel}}
		speech.bytes = func(message *inferwirev1.SpeakResponse) ([]byte, error) {
			speech.completed = message.GetCompleted()
			return message.GetAudio(), nil
		}
		var first *inferwirev1.SpeakResponse
		if first, err = stream.Recv(); err == nil {
			speech.ContentType = first.GetStarted().GetContentType()
			speech.rest, _ = speech.bytes(first)
			return speech, nil
		}
	}
	cancel()
	return nil, err
}

// TranscribeFile says what is said in a recording; its name's ending (of an os.File) says of which
// kind it is.
func (c *Client) TranscribeFile(ctx context.Context, recording io.Reader, options ...grpc.CallOption) (string, error) {
	response, err := c.Transcribe(ctx, recording, nil, options...)
	return or(response.GetFormatted(), response.GetTranscription().GetText()), err
}

// Transcribe as the header says, which may be nil. The recording is sent while it is read; wrap it to
// see how far it is.
func (c *Client) Transcribe(ctx context.Context, recording io.Reader, header *inferwirev1.TranscribeHeader, options ...grpc.CallOption) (*inferwirev1.TranscribeResponse, error) {
	ctx, cancel := bounded(ctx, c.timeout())
	defer cancel()
	stream, err := inferwirev1.NewAudioServiceClient(c.Channel()).Transcribe(ctx, unrepeated(options)...)
	if err != nil {
		return nil, err
	}
	filled := &inferwirev1.TranscribeHeader{Params: header.GetParams(), Options: header.GetOptions(),
		File: audioFile(header.GetFile(), recording)}
	if filled.Params == nil {
		filled.Params = &inferwirev1.TranscriptionParams{Model: DefaultTranscriptionModel}
	}
	form := &form[inferwirev1.TranscribeRequest, inferwirev1.TranscribeResponse]{stream: stream}
	form.send(&inferwirev1.TranscribeRequest{Message: &inferwirev1.TranscribeRequest_Header{Header: filled}})
	form.sendFile(recording, func(data []byte) *inferwirev1.TranscribeRequest {
		return &inferwirev1.TranscribeRequest{Message: &inferwirev1.TranscribeRequest_Data{Data: data}}
	})
	form.send(&inferwirev1.TranscribeRequest{Message: &inferwirev1.TranscribeRequest_End{End: &inferwirev1.AudioEnd{}}})
	return form.answer()
}

// TranslateFile is TranscribeFile into English.
func (c *Client) TranslateFile(ctx context.Context, recording io.Reader, options ...grpc.CallOption) (string, error) {
	response, err := c.Translate(ctx, recording, nil, options...)
	return or(response.GetFormatted(), response.GetTranscription().GetText()), err
}

// Translate is Transcribe into English.
func (c *Client) Translate(ctx context.Context, recording io.Reader, header *inferwirev1.TranslateAudioHeader, options ...grpc.CallOption) (*inferwirev1.TranslateAudioResponse, error) {
	ctx, cancel := bounded(ctx, c.timeout())
	defer cancel()
	stream, err := inferwirev1.NewAudioServiceClient(c.Channel()).TranslateAudio(ctx, unrepeated(options)...)
	if err != nil {
		return nil, err
	}
	filled := &inferwirev1.TranslateAudioHeader{Params: header.GetParams(), Options: header.GetOptions(),
		File: audioFile(header.GetFile(), recording)}
	if filled.Params == nil {
		filled.Params = &inferwirev1.TranslationParams{Model: DefaultTranslationModel}
	}
	form := &form[inferwirev1.TranslateAudioRequest, inferwirev1.TranslateAudioResponse]{stream: stream}
	form.send(&inferwirev1.TranslateAudioRequest{Message: &inferwirev1.TranslateAudioRequest_Header{Header: filled}})
	form.sendFile(recording, func(data []byte) *inferwirev1.TranslateAudioRequest {
		return &inferwirev1.TranslateAudioRequest{Message: &inferwirev1.TranslateAudioRequest_Data{Data: data}}
	})
	form.send(&inferwirev1.TranslateAudioRequest{Message: &inferwirev1.TranslateAudioRequest_End{End: &inferwirev1.AudioEnd{}}})
	return form.answer()
}

func audioFile(given *inferwirev1.AudioFile, recording io.Reader) *inferwirev1.AudioFile {
	file := &inferwirev1.AudioFile{Filename: or(given.GetFilename(), nameOf(recording, "audio")),
		MimeType: given.GetMimeType(), SizeBytes: sizeOf(recording)}
	if given != nil && given.SizeBytes != nil {
		file.SizeBytes = given.SizeBytes
	}
	return file
}

// EditImage changes a picture, or makes one of several. nil: none came.
func (c *Client) EditImage(ctx context.Context, prompt string, pictures []io.Reader, options ...grpc.CallOption) (*inferwirev1.Image, error) {
	params := &inferwirev1.ImageEditParams{Model: proto.String(DefaultImageModel), Prompt: &prompt}
	response, err := c.EditImages(ctx, &inferwirev1.EditImagesHeader{Params: params}, pictures, nil, options...)
	if images := response.GetResult().GetImages(); len(images) > 0 {
		return images[0], err
	}
	return nil, err
}

// EditImages as the header says. mask may be nil: a picture that says where the first one is to be
// changed. They are sent while they are read.
func (c *Client) EditImages(ctx context.Context, header *inferwirev1.EditImagesHeader, pictures []io.Reader, mask io.Reader, options ...grpc.CallOption) (*inferwirev1.EditImagesResponse, error) {
	ctx, cancel := bounded(ctx, c.timeout())
	defer cancel()
	stream, err := inferwirev1.NewImagesServiceClient(c.Channel()).EditImages(ctx, unrepeated(options)...)
	if err != nil {
		return nil, err
	}
	filled := &inferwirev1.EditImagesHeader{Params: header.GetParams(), Options: header.GetOptions()}
	if len(pictures) > 1 {
		filled.Uploads = proto.Int32(int32(len(pictures)))
	}
	form := &form[inferwirev1.EditImagesRequest, inferwirev1.EditImagesResponse]{stream: stream}
	form.send(&inferwirev1.EditImagesRequest{Message: &inferwirev1.EditImagesRequest_Header{Header: filled}})
	send := func(picture io.Reader, name string, isMask bool) {
		name = nameOf(picture, name)
		upload := &inferwirev1.ImageUpload{Filename: name, MimeType: pictureType(name), Mask: isMask}
		form.send(&inferwirev1.EditImagesRequest{Message: &inferwirev1.EditImagesRequest_Upload{Upload: upload}})
		form.sendFile(picture, func(data []byte) *inferwirev1.EditImagesRequest {
			return &inferwirev1.EditImagesRequest{Message: &inferwirev1.EditImagesRequest_Data{Data: data}}
		})
	}
	for i, picture := range pictures {
		send(picture, "image-"+strconv.Itoa(i+1)+".png", false)
	}
	if mask != nil {
		send(mask, "mask.png", true)
	}
	form.send(&inferwirev1.EditImagesRequest{Message: &inferwirev1.EditImagesRequest_End{End: &inferwirev1.UploadsEnd{}}})
	return form.answer()
}

func pictureType(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".webp":
		return "image/webp"
	}
	return "image/png"
}
