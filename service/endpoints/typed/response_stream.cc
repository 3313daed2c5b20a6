#include "endpoints/typed/response_stream.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "base/timers.h"
#include "endpoints/shared/owned_operation.h"
#include "endpoints/shared/route_wishes.h"
#include "endpoints/typed/response_events.h"
#include "endpoints/typed/stream_wishes.h"
#include "endpoints/typed/typed_plan.h"
#include "gateway/call_options.h"
#include "openai/error_table.h"

namespace inferwire::endpoints {
namespace {

using Hearer = gateway::Operation::Observer;

// Where a broken stream of a response in the background is taken up again, and how often.
constexpr int kMostResumptions = 3;
constexpr std::chrono::milliseconds kFirstWait{200};

// Whether the connection broke, and not the response.
bool Broke(const Error& error) {
  switch (error.reason) {
    case v1::ERROR_REASON_STREAM_TRUNCATED:
    case v1::ERROR_REASON_UPSTREAM_TIMEOUT:
    case v1::ERROR_REASON_UPSTREAM_UNREACHABLE:
    case v1::ERROR_REASON_UPSTREAM_OVERLOADED:
      return true;
    default:
      return false;
  }
}

// The request to read it has no options of its own: those of the stream hold.
Result<ModelPlan> PlanResumption(const TypedMethod& method, const v1::ResponseResumption& from,
                                 const gateway::CheckedOptions& options,
                                 const upstream::Runtime& runtime,
                                 const gateway::CallContext& context) {
  v1::GetResponseRequest get;
  get.set_response_id(from.response_id());
  get.set_upstream(from.upstream());
  auto plan = PlanTyped(method, get, runtime, context);
  if (!plan) return plan;
  plan->request.path += "?stream=true";
  if (from.has_starting_after()) {
    plan->request.path += "&starting_after=" + std::to_string(from.starting_after());
  }
  AskForEvents(*plan, runtime);
  TakeOptions(options, context, *plan);
  return plan;
}

// A background response whose stream breaks goes on where it broke: the caller sees one stream.
class ResumingStream final : public gateway::Operation, private gateway::Operation::Observer {
 public:
  ResumingStream(const TypedMethod& get, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::CheckedOptions call_options,
                 ResponseEvents::Options options, Hearer& observer)
      : get_(get),
        runtime_(runtime),
        context_(context),
        call_options_(std::move(call_options)),
        options_(options),
        observer_(observer),
        wait_(runtime.timers, [this] { GoOn(); }) {}

  void Begin(ModelPlan plan, Hearer& self) {
    // A stream that is taken up again is the same work, at the same price.
    if (stream_) {
      plan.request.model = model_;
      plan.model_info = model_info_;
      plan.catalogue = catalogue_;
    }
    model_ = plan.request.model;
    model_info_ = plan.model_info;
    catalogue_ = plan.catalogue;
    stream_ = std::make_unique<ResponseEvents>(std::move(plan), options_, runtime_, context_, self);
  }
  Hearer& self() { return *this; }

  void Start() override { stream_->Start(); }
  void Resume() override {
    if (!wait_.pending()) stream_->Resume();
  }
  void Abandon(v1::ErrorReason reason) override { stream_->Abandon(reason); }
  const gateway::CallStats& stats() const override { return stream_->stats(); }

 private:
  bool Full() override { return observer_.Full(); }
  google::protobuf::Arena* arena() override { return observer_.arena(); }

  void OnMessage(google::protobuf::Message& message) override {
    const auto& event = static_cast<const v1::StreamResponseResponse&>(message);
    if (event.has_response_event()) {
      const v1::ResponseEvent& read = event.response_event();
      if (read.has_sequence_number()) last_ = read.sequence_number();
      if (!read.response().id().empty()) response_id_ = read.response().id();
    }
    // It began once, for the caller.
    if (event.has_started() && std::exchange(started_, true)) return;
    observer_.OnMessage(message);
  }

  void OnEnd(std::optional<Error> error) override {
    const bool goes_on = error && Broke(*error) && started_ && last_ && !response_id_.empty() &&
                         resumptions_ < kMostResumptions &&
                         runtime_.timers.Now() < context_.deadline;
    if (!goes_on) {
      if (error && Broke(*error) && !response_id_.empty()) {
        error->metadata["response_id"] = response_id_;
        if (last_) error->metadata["last_sequence_number"] = std::to_string(*last_);
        error->metadata["resumable"] = "true";
      }
      return observer_.OnEnd(std::move(error));
    }
    broke_ = std::move(error);
    wait_.Set(runtime_.timers.Now() + kFirstWait * (1 << resumptions_++));
  }

  void GoOn() {
    v1::ResponseResumption from;
    from.set_response_id(response_id_);
    from.set_starting_after(*last_);
    from.set_upstream(stream_->stats().upstream);
    auto plan = PlanResumption(get_, from, call_options_, runtime_, context_);
    if (!plan) return observer_.OnEnd(std::move(broke_));
    options_.after = last_;
    Begin(std::move(*plan), *this);
    stream_->Start();
  }

  const TypedMethod& get_;
  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;
  const gateway::CheckedOptions call_options_;
  ResponseEvents::Options options_;
  Hearer& observer_;
  std::unique_ptr<ResponseEvents> stream_;
  Timer wait_;
  std::string model_, response_id_;
  catalogue::ModelRef model_info_;
  std::shared_ptr<const catalogue::Catalogue> catalogue_;
  std::optional<int64_t> last_;
  std::optional<Error> broke_;
  int resumptions_ = 0;
  bool started_ = false;
};

// Resumed with: null, if a stream that breaks is not taken up again.
rpc::Begun OnlyForItsOwner(const TypedMethod& get, ModelPlan plan,
                           const ResponseEvents::Options& options,
                           const gateway::CheckedOptions* resumed_with,
                           const upstream::Runtime& runtime, const gateway::CallContext& context,
                           Hearer& observer) {
  openai::OwnedCall owned = std::move(plan.owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer, [&](Hearer& to) -> rpc::Begun {
    if (resumed_with == nullptr) {
      return rpc::Begun(
          std::make_unique<ResponseEvents>(std::move(plan), options, runtime, context, to));
    }
    auto stream =
        std::make_unique<ResumingStream>(get, runtime, context, *resumed_with, options, to);
    stream->Begin(std::move(plan), stream->self());
    return rpc::Begun(std::move(stream));
  });
}

}  // namespace

rpc::Begun NewResponseStream(const TypedMethod& method, const TypedMethod& get,
                             v1::StreamResponseRequest& request, const upstream::Runtime& runtime,
                             const gateway::CallContext& context, Hearer& observer) {
  ResponseEvents::Options options;
  auto heartbeat = HeartbeatOf(request);
  if (!heartbeat) return heartbeat.error();
  options.heartbeat = *heartbeat;
  if (request.has_params() == request.has_resume()) {
    return InvalidField("params", "exactly one of params and resume has to be set");
  }
  auto call_options = gateway::CheckOptions(request.options());
  if (!call_options) return call_options.error();
  if (request.has_resume()) {
    auto plan = PlanResumption(get, request.resume(), *call_options, runtime, context);
    if (!plan) return plan.error();
    options.reads = true;
    return OnlyForItsOwner(get, std::move(*plan), options, &*call_options, runtime, context,
                           observer);
  }
  auto plan = PlanTyped(method, request, runtime, context);
  if (!plan) return plan.error();
  const auto* const resumed_with = request.params().background() ? &*call_options : nullptr;
  return OnlyForItsOwner(get, std::move(*plan), options, resumed_with, runtime, context, observer);
}

}  // namespace inferwire::endpoints
