#include <memory>
#include <utility>

#include "client_state.h"
#include "form_writer.h"
#include "inferwire/client.h"
#include "inferwire/v1/audio_service.grpc.pb.h"

namespace inferwire::client {
namespace {

// open: starts the call. Its file is named in the header.
template <class Request, class Response, class Header, class Open>
Result<Response> SendRecording(Call& call, const Header& header, const ByteSource& next,
                               const OnSent& on_sent, Open open) {
  Response response;
  const std::unique_ptr<grpc::ClientWriter<Request>> writer = open(&call.context(), &response);
  FormWriter<Request> form(*writer, on_sent);
  Request message;
  *message.mutable_header() = header;
  form.Write(message);
  const auto fault = form.WriteFile(next);
  if (fault) {
    call.Cancel();
  } else {
    form.WriteEnd();
  }
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
