#include "inferwire/client/responses.h"

#include <utility>

#include "client_state.h"
#include "response_source.h"

namespace inferwire::client {

v1::ResponseParams RespondTo(std::string_view input, std::string_view model) {
  v1::ResponseParams params;
  params.set_model(std::string(model));
  params.set_input(std::string(input));
  return params;
}

std::string_view ResponseStreamEvent::text() const {
  const v1::ResponseEvent& event = message.response_event();
  return event.type() == "response.output_text.delta" ? std::string_view(event.delta())
                                                      : std::string_view();
}

ResponseStream::ResponseStream(std::unique_ptr<Source> source) : ResponseStream(source.release()) {}

ResponseStream::ResponseStream(Source* source)
    : MessageStream(std::unique_ptr<MessageSource<ResponseStreamEvent>>(source)), source_(source) {}

const std::string& ResponseStream::text() const { return source_->text(); }
const v1::Response& ResponseStream::response() const { return source_->response(); }
const std::string& ResponseStream::response_id() const { return source_->response_id(); }
std::optional<std::int64_t> ResponseStream::last_sequence_number() const { return source_->last(); }
v1::ResponseResumption ResponseStream::resumption() const { return source_->resumption(); }

Result<std::string> ReadText(ResponseStream stream) {
  for ([[maybe_unused]] const ResponseStreamEvent& event : stream) {
  }
  if (auto status = stream.status(); !status) return status.error();
  // A refusal has no text of its own, and some servers send the answer whole.
  return stream.text().empty() ? TextOf(stream.response()) : stream.text();
}

Result<v1::CreateResponseResponse> Client::Respond(const v1::CreateResponseRequest& request,
                                                   const CallOptions& options) {
  return CallRpc<v1::CreateResponseResponse>("ResponsesService/CreateResponse", request, options);
}

Result<std::string> Client::Respond(std::string_view input, std::string_view model,
                                    const CallOptions& options) {
  v1::CreateResponseRequest request;
  *request.mutable_params() = RespondTo(input, model);
  const auto response = Respond(request, options);
  if (!response) return response.error();
  return TextOf(response->response());
}

ResponseStream Client::StreamResponse(const v1::StreamResponseRequest& request,
                                      const CallOptions& options, const ResumeOptions& resume) {
  return ResponseStream(std::make_unique<ResponseStream::Source>(
      state_->channel, state_->defaults, WithKey(request, options), options, resume));
}

ResponseStream Client::StreamResponse(std::string_view input, std::string_view model,
                                      const CallOptions& options) {
  v1::StreamResponseRequest request;
  *request.mutable_params() = RespondTo(input, model);
  return StreamResponse(request, options);
}

ResponseStream Client::StreamResponse(const v1::ResponseResumption& from,
                                      const CallOptions& options, const ResumeOptions& resume) {
  v1::StreamResponseRequest request;
  *request.mutable_resume() = from;
  return StreamResponse(request, options, resume);
}

}  // namespace inferwire::client
