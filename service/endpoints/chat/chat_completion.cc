// One chat completion in one piece.
#include <string>
#include <utility>

#include "base/text.h"
#include "endpoints/chat/chat.h"
#include "endpoints/shared/answer_body.h"
#include "endpoints/shared/owned_operation.h"
#include "openai/whole_answer.h"

namespace inferwire::endpoints {
namespace {

class ChatCompletion final : public ModelOperation {
 public:
  ChatCompletion(ChatPlan plan, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : ModelOperation(std::move(plan), runtime, context, observer), body_(runtime) {}

 private:
  void SendValidated() override {
    v1::CompleteResponse response;
    FillGateway(*response.mutable_gateway());
    observer_.OnMessage(response);
  }

  void ForgetAnswer() override {
    body_.Clear();
    judged_ = false;
  }

  void OnAttemptFailed(const Error& error) override {
    if (!judged_) CountCut();
    ModelOperation::OnAttemptFailed(error);
  }

  // What came of an answer that broke off. White space keeps connections alive, and is no output.
  void CountCut() {
    if (const size_t bytes = Trim(body_.text()).size(); bytes > 0) bill_.CountOutput(bytes);
  }

  void OnHead(int, const http::Headers&) override {}

  bool OnBody(std::string_view bytes) override {
    if (auto good = body_.Append(bytes, upstream_call_); !good) EndUnreadable(good.error());
    return true;
  }

  void OnEnd(std::optional<Error> error) override {
    if (error) {
      CountCut();
      return End(std::move(error));
    }
    judged_ = true;
    if (auto failed = body_.StatedError(upstream_call_)) {
      bill_.SeeRefusal(body_.text());
      return End(std::move(failed));
    }
    v1::CompleteResponse on_stack;
    google::protobuf::Arena* arena = observer_.arena();
    v1::CompleteResponse& response =
        arena ? *google::protobuf::Arena::CreateMessage<v1::CompleteResponse>(arena) : on_stack;
    auto decoded = body_.DecodeInto(*response.mutable_completion(), operation_metrics_);
    if (!decoded) return EndUnreadable(decoded.error());
    openai::CompleteMessages(*response.mutable_completion());
    bill_.See(*response.mutable_completion());
    if (auto failed = openai::FaultOfAnswer(response.completion(), body_.text(), Facts())) {
      return End(std::move(failed));
    }
    FillGatewayAtEnd(*response.mutable_gateway());
    if (include_raw_response_) {
      upstream_call_.HideKey(body_.text());
      response.mutable_gateway()->set_raw_response(std::move(body_.text()));
    }
    observer_.OnMessage(response);
    End(std::nullopt);
  }

  void EndUnreadable(const Error& why) {
    judged_ = true;
    const bool too_large = why.reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE;
    operation_metrics_.TranslationError("response", too_large ? "too_large" : "not_json");
    End(openai::UnreadableAnswer(why, body_.text(), Facts()));
  }

  AnswerBody body_;
  bool judged_ = false;  // what came is known, and whether it is an answer
};

}  // namespace

Result<std::unique_ptr<gateway::Operation>> NewChatCompletion(
    v1::ChatCompletionParams& params, const v1::CallOptions& options,
    const upstream::Runtime& runtime, const gateway::CallContext& context,
    gateway::Operation::Observer& observer) {
  auto plan = PlanChat(params, options, /*stream=*/false, runtime, context);
  if (!plan) return plan.error();
  return OnlyForOwner(
      plan->owned, runtime, context, observer,
      [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
        return std::unique_ptr<gateway::Operation>(
            std::make_unique<ChatCompletion>(std::move(*plan), runtime, context, to));
      });
}

}  // namespace inferwire::endpoints
