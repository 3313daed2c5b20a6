#include "endpoints/typed/typed_call.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "codec/utf8.h"
#include "endpoints/shared/answer_body.h"
#include "endpoints/shared/answer_fields.h"
#include "endpoints/shared/long_body.h"
#include "endpoints/shared/model_operation.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/typed/answer_hooks.h"
#include "endpoints/typed/large_answer.h"
#include "endpoints/typed/typed_plan.h"
#include "openai/error.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Message;

// Of what has no model and so no price: a question, a change of something that is stored.
class PlainOperation : public UpstreamOperation {
 public:
  PlainOperation(ModelPlan plan, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer)
      : UpstreamOperation(std::move(plan.request), runtime, context, observer),
        operation_metrics_(runtime.metrics.operations.With(plan.operation)),
        include_raw_response_(plan.include_raw_response) {
    stats_.client_request_id = std::move(plan.client_request_id);
  }

 protected:
  void FillGatewayAtEnd(v1::GatewayInfo& info) { FillGateway(info); }

  telemetry::OperationMetrics& operation_metrics_;
  const bool include_raw_response_;
};

template <class Base>
class TypedCall final : public Base {
 public:
  TypedCall(const TypedMethod& method, ModelPlan plan, const upstream::Runtime& runtime,
            const gateway::CallContext& context, gateway::Operation::Observer& observer,
            ModelPlan::TextAnswer text_answer)
      : Base(std::move(plan), runtime, context, observer),
        method_(method),
        response_(google::protobuf::MessageFactory::generated_factory()
                      ->GetPrototype(method.rpc().output_type())
                      ->New()),
        text_answer_(text_answer),
        body_(runtime) {}

 private:
  using Base::End;
  using Base::observer_;
  using Base::operation_metrics_;
  using Base::stats_;
  using Base::upstream_call_;
  static constexpr bool kBilled = std::is_base_of_v<ModelOperation, Base>;

  v1::GatewayInfo& gateway() {
    return static_cast<v1::GatewayInfo&>(
        *response_->GetReflection()->MutableMessage(response_.get(), method_.gateway()));
  }

  // Of ModelOperation.
  void SendValidated() {
    this->FillGateway(gateway());
    observer_.OnMessage(*response_);
  }
  void ForgetAnswer() {
    body_.Clear();
    text_.clear();
    if (!large_) return;
    large_.reset();
    raw_.clear();
    method_.AnswerIn(*response_)->Clear();
  }

  void OnHead(int, const http::Headers& headers) override {
    ForgetAnswer();
    const std::string type = Lower(headers.Get("content-type"));
    is_text_ = text_answer_ != ModelPlan::TextAnswer::kNone &&
               type.find("json") == std::string::npos && type.find("html") == std::string::npos;
  }

  bool OnBody(std::string_view bytes) override {
    if (is_text_) {
      text_ += bytes;  // no more than the request takes
      return true;
    }
    if (auto good = TakeBody(bytes); !good) EndUnreadable(good.error());
    return true;
  }

  Result<void> TakeBody(std::string_view bytes) {
    if (large_) return TakeLarge(bytes);
    if (auto good = body_.Append(bytes, upstream_call_); !good) return good;
    const size_t most = this->runtime_.limits.body_bytes;
    const bool fits = body_.text().size() <= std::min(LargeAnswer::kLarge, most);
    if (fits || !LargeAnswer::Serves(method_)) return {};
    large_.emplace(method_, *method_.AnswerIn(*response_), most, this->runtime_.limits.json);
    const std::string text = std::exchange(body_.text(), {});
    return TakeLarge(codec::WithoutByteOrderMark(text));
  }

  Result<void> TakeLarge(std::string_view bytes) {
    if (this->include_raw_response_) {
      const size_t most = this->runtime_.limits.body_bytes;
      if (bytes.size() > most - std::min(most, raw_.size())) {
        return LargerThanTaken("the raw response is larger than a response may be");
      }
      raw_ += bytes;
    }
    return large_->Feed(bytes);
  }

  void OnEnd(std::optional<Error> error) override {
    if (error) {
      if constexpr (kBilled) {
        if (const size_t bytes = Trim(body_.text()).size()) this->bill_.CountOutput(bytes);
      }
      return End(std::move(error));
    }
    if (large_) body_.text() = large_->rest();
    std::optional<Error> stated;
    if (!is_text_) stated = body_.StatedError(upstream_call_);
    if (stated && !method_.answers_with_error()) return Refuse(*std::move(stated));
    if (!upstream_call_.request_complete()) {
      return Refuse(openai::Protocol("it was given before the request was complete",
                                     upstream_call_.attempt()));
    }
    if (is_text_) return EndWithText();
    Message* const answer = method_.AnswerIn(*response_);
    if (answer != nullptr) {
      auto decoded = large_ ? large_->Finish(operation_metrics_)
                            : body_.DecodeInto(*answer, operation_metrics_);
      if (!decoded) return EndUnreadable(decoded.error());
      if (auto failed = Finish(*answer, std::move(stated))) return Refuse(*std::move(failed));
    }
    if constexpr (kBilled) SeeUsage();
    Answer(large_ ? raw_ : body_.text());
  }

  // It says nothing of what it used.
  void EndWithText() {
    std::string text = codec::ReplaceInvalidUtf8(text_);
    upstream_call_.HideKey(text);
    if (text_answer_ == ModelPlan::TextAnswer::kPlain) {
      Message& answer = *method_.AnswerIn(*response_);
      const auto* const field = answer.GetDescriptor()->FindFieldByName("text");
      answer.GetReflection()->SetString(&answer, field, std::string(Trim(text)));
    }
    response_->GetReflection()->SetString(response_.get(), method_.formatted(), std::move(text));
    Answer(text_);
  }

  void Answer(std::string& body) {
    this->FillGatewayAtEnd(gateway());
    if (this->include_raw_response_) {
      upstream_call_.HideKey(body);
      gateway().set_raw_response(std::move(body));
    }
    observer_.OnMessage(*response_);
    End(std::nullopt);
  }

  // Nothing: it is the answer that was asked for.
  std::optional<Error> Finish(Message& answer, std::optional<Error> stated) {
    if (answer.GetDescriptor() == v1::Response::descriptor()) {
      auto& response = static_cast<v1::Response&>(answer);
      if (kBilled && response.status() == v1::RESPONSE_STATUS_FAILED) {
        return ResponseFailed(response, std::move(stated));
      }
      FillOutputText(response);
    }
    FillUsage(answer);
    FillNextPage(method_, body_.text(), *response_);
    if (method_.http_method() == "POST") stats_.made_id = openai::IdOfAnswer(body_.text());
    return std::nullopt;
  }

  void SeeUsage() {
    const std::string& text = body_.text();
    this->bill_.SeeJson(text.size() <= kShortBody ? text : UsageOfLongBody(text));
  }

  void Refuse(Error error) {
    if constexpr (kBilled) this->bill_.SeeRefusal(body_.text());
    End(std::move(error));
  }

  void EndUnreadable(const Error& why) {
    const bool too_large = why.reason == v1::ERROR_REASON_RESPONSE_TOO_LARGE;
    operation_metrics_.TranslationError("response", too_large ? "too_large" : "not_json");
    End(openai::UnreadableAnswer(why, body_.text(), this->Facts()));
  }

  const TypedMethod& method_;
  const std::unique_ptr<Message> response_;
  const ModelPlan::TextAnswer text_answer_;
  AnswerBody body_;
  std::string text_;  // instead of it
  bool is_text_ = false;
  std::optional<LargeAnswer> large_;  // from a size on it is read into the response as it comes
  std::string raw_;                   // of that, where it is wanted
};

template <class Base>
Result<std::unique_ptr<gateway::Operation>> Make(const TypedMethod& method, ModelPlan plan,
                                                 const upstream::Runtime& runtime,
                                                 const gateway::CallContext& context,
                                                 gateway::Operation::Observer& observer) {
  openai::OwnedCall owned = std::move(plan.owned);
  return OnlyForOwner(
      std::move(owned), runtime, context, observer,
      [&](gateway::Operation::Observer& to) -> Result<std::unique_ptr<gateway::Operation>> {
        const ModelPlan::TextAnswer text_answer = plan.text_answer;
        return std::unique_ptr<gateway::Operation>(std::make_unique<TypedCall<Base>>(
            method, std::move(plan), runtime, context, to, text_answer));
      });
}

}  // namespace

rpc::Begun NewTypedCall(const TypedMethod& method, Message& request,
                        const upstream::Runtime& runtime, const gateway::CallContext& context,
                        gateway::Operation::Observer& observer) {
  auto plan = PlanTyped(method, request, runtime, context);
  if (!plan) return plan.error();
  return MakeTypedCall(method, std::move(*plan), runtime, context, observer);
}

rpc::Begun MakeTypedCall(const TypedMethod& method, ModelPlan plan,
                         const upstream::Runtime& runtime, const gateway::CallContext& context,
                         gateway::Operation::Observer& observer) {
  if (method.goes_by_model()) {
    return Make<ModelOperation>(method, std::move(plan), runtime, context, observer);
  }
  return Make<PlainOperation>(method, std::move(plan), runtime, context, observer);
}

}  // namespace inferwire::endpoints
