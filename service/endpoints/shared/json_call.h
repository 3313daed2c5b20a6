// One request, one JSON answer: an operation that is described by its request to the upstream and a
// function that makes the response of the answer.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "endpoints/shared/answer_body.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/shared/upstream_operation.h"
#include "openai/error.h"

namespace inferwire::endpoints {

// Response: the RPC's, with a gateway member.
template <class Response>
class JsonCall final : public UpstreamOperation {
 public:
  // Its error says in what way the answer is none, as in "it is not a file".
  using Read = std::function<Result<void>(const AnswerBody& body, Response& response)>;

  JsonCall(upstream::UpstreamCall::Request request, Read read, const upstream::Runtime& runtime,
           const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : UpstreamOperation(std::move(request), runtime, context, observer),
        read_(std::move(read)),
        body_(runtime) {}

 private:
  void OnHead(int, const http::Headers&) override { body_.Clear(); }

  bool OnBody(std::string_view bytes) override {
    if (auto good = body_.Append(bytes, upstream_call_); !good) EndUnreadable(good.error());
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (error) return End(std::move(error));
    if (auto failed = body_.StatedError(upstream_call_)) return End(std::move(failed));
    Response response;
    if (auto read = read_(body_, response); !read) return EndUnreadable(read.error());
    FillGateway(*response.mutable_gateway());
    observer_.OnMessage(response);
    End(std::nullopt);
  }

  void EndUnreadable(const Error& why) {
    End(openai::Protocol(why.message, upstream_call_.attempt()));
  }

  const Read read_;
  AnswerBody body_;
};

// owned: what of it has an owner.
template <class Response>
Result<std::unique_ptr<gateway::Operation>> NewJsonCall(openai::OwnedCall owned,
                                                        upstream::UpstreamCall::Request request,
                                                        typename JsonCall<Response>::Read read,
                                                        const upstream::Runtime& runtime,
                                                        const gateway::CallContext& context,
                                                        gateway::Operation::Observer& observer) {
  return OnlyForOwner(
      std::move(owned), runtime, context, observer,
      [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
        return std::unique_ptr<gateway::Operation>(std::make_unique<JsonCall<Response>>(
            std::move(request), std::move(read), runtime, context, to));
      });
}

}  // namespace inferwire::endpoints
