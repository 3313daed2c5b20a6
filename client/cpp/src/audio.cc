#include <memory>
#include <utility>

#include "client_state.h"
#include "form_writer.h"
#include "inferwire/client.h"
#include "inferwire/v1/audio_service.grpc.pb.h"

namespace inferwire::client {
namespace {

// The recording and the end of the form. An error of its source ends the call.
template <class Request, class Writer, class Header>
std::optional<Error> WriteRecording(Call& call, Writer& writer, const Header& header,
                                    const ByteSource& next, const OnSent& on_sent) {
  FormWriter<Request, Writer> form(writer, on_sent);
  Request message;
  *message.mutable_header() = header;
  form.Write(message);
  auto fault = form.WriteFile(next);
  if (fault) {
    call.Cancel();
  } else {
    form.WriteEnd();
  }
  return fault;
}

// open: starts the call. Its file is named in the header.
template <class Request, class Response, class Header, class Open>
Result<Response> SendRecording(Call& call, const Header& header, const ByteSource& next,
                               const OnSent& on_sent, Open open) {
  Response response;
  const std::unique_ptr<grpc::ClientWriter<Request>> writer = open(&call.context(), &response);
  const auto fault = WriteRecording<Request>(call, *writer, header, next, on_sent);
  const grpc::Status status = writer->Finish();
  if (fault) return *fault;
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

}  // namespace

Result<v1::SpeakCompleted> Client::Speak(const v1::SpeakRequest& request, const ByteSink& take,
                                         const CallOptions& options) {
  Call call(state_->defaults, options);
  v1::AudioService::Stub stub(state_->channel);
  const auto reader = stub.Speak(&call.context(), WithKey(request, options));
  v1::SpeakResponse message;
  std::optional<v1::SpeakCompleted> completed;
  bool unwanted = false;
  while (!unwanted && reader->Read(&message)) {
    if (message.has_completed()) completed = std::move(*message.mutable_completed());
    unwanted = message.has_audio() && !take(message.audio());
  }
  if (unwanted) {
    call.Cancel();
    while (reader->Read(&message)) {
    }
  }
  const grpc::Status status = reader->Finish();
  if (unwanted) {
    return ClientError(grpc::StatusCode::CANCELLED, kCancelled, "the sound was not taken");
  }
  if (!status.ok()) return FromGrpcStatus(status);
  if (!completed) return Truncated();
  return *std::move(completed);
}

Result<v1::TranscribeResponse> Client::Transcribe(const v1::TranscribeHeader& header,
                                                  const ByteSource& next, const OnSent& on_sent,
                                                  const CallOptions& options) {
  Call call(state_->defaults, options);
  v1::AudioService::Stub stub(state_->channel);
  return SendRecording<v1::TranscribeRequest, v1::TranscribeResponse>(
      call, header, next, on_sent,
      [&](auto* context, auto* response) { return stub.Transcribe(context, response); });
}

Result<v1::StreamTranscribeCompleted> Client::StreamTranscribe(
    const v1::StreamTranscribeHeader& header, const ByteSource& next, const OnHeard& on_heard,
    const OnSent& on_sent, const CallOptions& options) {
  Call call(state_->defaults, options);
  v1::AudioService::Stub stub(state_->channel);
  const auto stream = stub.StreamTranscribe(&call.context());
  const auto fault =
      WriteRecording<v1::StreamTranscribeRequest>(call, *stream, header, next, on_sent);
  v1::StreamTranscribeResponse message;
  std::optional<v1::StreamTranscribeCompleted> completed;
  bool unwanted = false;
  while (stream->Read(&message)) {
    if (unwanted || fault) continue;
    if (message.has_completed()) completed = std::move(*message.mutable_completed());
    unwanted = message.has_transcription_event() && !on_heard(message.transcription_event());
    if (unwanted) call.Cancel();
  }
  const grpc::Status status = stream->Finish();
  if (fault) return *fault;
  if (unwanted) {
    return ClientError(grpc::StatusCode::CANCELLED, kCancelled, "the text was not taken");
  }
  if (!status.ok()) return FromGrpcStatus(status);
  if (!completed) return Truncated();
  return *std::move(completed);
}

Result<v1::TranslateAudioResponse> Client::TranslateAudio(const v1::TranslateAudioHeader& header,
                                                          const ByteSource& next,
                                                          const OnSent& on_sent,
                                                          const CallOptions& options) {
  Call call(state_->defaults, options);
  v1::AudioService::Stub stub(state_->channel);
  return SendRecording<v1::TranslateAudioRequest, v1::TranslateAudioResponse>(
      call, header, next, on_sent,
      [&](auto* context, auto* response) { return stub.TranslateAudio(context, response); });
}

}  // namespace inferwire::client
