#include "endpoints/typed/own_job.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/timers.h"
#include "endpoints/typed/typed_call.h"
#include "gateway/ownership.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Message;
using Hearer = gateway::Operation::Observer;

constexpr std::string_view kRequestId = "inferwire_request_id";  // in a job's metadata
constexpr size_t kLongestRequestId = 128;
constexpr int kPageSize = 100, kMostPages = 10;

// The search, and what follows it.
class AfterSearch final : public gateway::Operation, private gateway::Operation::Observer {
 public:
  using Wanted = std::function<bool(const v1::FineTuningJob&)>;
  enum class If { kFound, kNotFound };
  // What is answered where the call does not follow.
  using Else = std::function<std::optional<Error>(v1::FineTuningJob* found,
                                                  v1::GatewayInfo& gateway, Hearer& observer)>;

  AfterSearch(const TypedMethod& list, v1::ListFineTuningJobsRequest request, Wanted wanted,
              const upstream::Runtime& runtime, const gateway::CallContext& context,
              Hearer& observer)
      : list_(list),
        request_(std::move(request)),
        wanted_(std::move(wanted)),
        runtime_(runtime),
        context_(context),
        observer_(observer),
        turn_(runtime.timers, [this] { GoOn(); }) {
    request_.set_page_size(kPageSize);
  }

  // The call is checked before anything is looked for.
  template <class Make>
  Result<void> Prepare(If when, Make make, Else otherwise) {
    when_ = when;
    otherwise_ = std::move(otherwise);
    Hearer& own = *this;
    auto call = make(own);
    if (!call) return call.error();
    call_ = std::move(*call);
    return AskForPage();
  }

  void Start() override { now_->Start(); }
  void Resume() override {
    if (!turn_.pending()) now_->Resume();
  }
  void Abandon(v1::ErrorReason reason) override {
    turn_.Cancel();
    now_->Abandon(reason);
  }
  const gateway::CallStats& stats() const override { return now_->stats(); }

 private:
  bool searching() const { return now_ == page_.get(); }
  bool Full() override { return !searching() && observer_.Full(); }
  google::protobuf::Arena* arena() override { return searching() ? nullptr : observer_.arena(); }

  void OnMessage(Message& message) override {
    if (!searching()) return observer_.OnMessage(message);
    auto& page = static_cast<v1::ListFineTuningJobsResponse&>(message);
    for (v1::FineTuningJob& job : *page.mutable_jobs()) {
      if (!found_ && wanted_(job)) found_.emplace().Swap(&job);
    }
    gateway_.Swap(page.mutable_gateway());
    request_.set_page_token(page.next_page_token());
  }

  void OnEnd(std::optional<Error> error) override {
    if (error || !searching()) return observer_.OnEnd(std::move(error));
    turn_.Set(runtime_.timers.Now());
  }

  // The page before is over, and not in the middle of an event.
  void GoOn() {
    if (!found_ && !request_.page_token().empty() && ++pages_ < kMostPages) {
      if (auto asked = AskForPage(); !asked) return observer_.OnEnd(std::move(asked.error()));
      return now_->Start();
    }
    if (found_.has_value() == (when_ == If::kFound)) {
      now_ = call_.get();
      return now_->Start();
    }
    observer_.OnEnd(otherwise_(found_ ? &*found_ : nullptr, gateway_, observer_));
  }

  Result<void> AskForPage() {
    Hearer& own = *this;
    auto page = NewTypedCall(list_, request_, runtime_, context_, own);
    if (!page) return page.error();
    page_ = std::move(*page);
    now_ = page_.get();
    return {};
  }

  const TypedMethod& list_;
  v1::ListFineTuningJobsRequest request_;
  const Wanted wanted_;
  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;
  Hearer& observer_;
  Timer turn_;
  If when_ = If::kFound;
  Else otherwise_;
  std::unique_ptr<gateway::Operation> page_, call_;
  gateway::Operation* now_ = nullptr;  // one of them
  std::optional<v1::FineTuningJob> found_;
  v1::GatewayInfo gateway_;
  int pages_ = 0;
};

}  // namespace

rpc::Begun NewFineTuningJob(const TypedMethod& method, const TypedMethod& list,
                            v1::CreateFineTuningJobRequest& request,
                            const upstream::Runtime& runtime, const gateway::CallContext& context,
                            Hearer& observer) {
  const std::string id = request.request_id();
  if (id.empty()) return NewTypedCall(method, request, runtime, context, observer);
  if (id.size() > kLongestRequestId) return InvalidField("request_id", "is longer than 128 bytes");
  auto& metadata = *request.mutable_params()->mutable_metadata();
  const std::string key(kRequestId);
  if (metadata.contains(key)) {
    return InvalidField("params.metadata", "must not have inferwire_request_id beside request_id");
  }
  metadata[key] = id;
  v1::ListFineTuningJobsRequest search;
  search.set_upstream(request.upstream());
  (*search.mutable_metadata())[key] = id;
  // Not every server looks at the filter.
  auto wanted = [key, id](const v1::FineTuningJob& job) {
    const auto found = job.metadata().find(key);
    return found != job.metadata().end() && found->second == id;
  };
  auto operation = std::make_unique<AfterSearch>(list, std::move(search), std::move(wanted),
                                                 runtime, context, observer);
  auto ready = operation->Prepare(
      AfterSearch::If::kNotFound,
      [&](Hearer& to) { return NewTypedCall(method, request, runtime, context, to); },
      [](v1::FineTuningJob* found, v1::GatewayInfo& gateway, Hearer& to) -> std::optional<Error> {
        v1::CreateFineTuningJobResponse response;
        response.mutable_job()->Swap(found);
        response.mutable_gateway()->Swap(&gateway);
        response.set_existed(true);
        to.OnMessage(response);
        return std::nullopt;
      });
  if (!ready) return ready.error();
  return rpc::Begun(std::move(operation));
}

rpc::Begun NewModelRemoval(const TypedMethod& method, const TypedMethod& list,
                           v1::DeleteFineTunedModelRequest& request,
                           const upstream::Runtime& runtime, const gateway::CallContext& context,
                           Hearer& observer) {
  const std::string model = request.model_id();
  auto upstream = runtime.router.ByName(request.upstream());
  if (!upstream) return upstream.error();
  if ((*upstream)->options().dialect->name == "openai" && !model.empty() &&
      !model.starts_with("ft:")) {
    return InvalidField("model_id", "is not the name of a fine-tuned model: it begins with ft:");
  }
  if (!runtime.ownership) return NewTypedCall(method, request, runtime, context, observer);
  v1::ListFineTuningJobsRequest search;
  search.set_upstream(request.upstream());
  auto wanted = [model](const v1::FineTuningJob& job) {
    const std::string& made = job.fine_tuned_model();
    return !made.empty() && (model == made || model.starts_with(made + ":ckpt-step-"));
  };
  auto operation = std::make_unique<AfterSearch>(list, std::move(search), std::move(wanted),
                                                 runtime, context, observer);
  auto ready = operation->Prepare(
      AfterSearch::If::kFound,
      [&](Hearer& to) { return NewTypedCall(method, request, runtime, context, to); },
      [](v1::FineTuningJob*, v1::GatewayInfo&, Hearer&) {
        return std::optional(gateway::NoSuchThing("models"));
      });
  if (!ready) return ready.error();
  return rpc::Begun(std::move(operation));
}

}  // namespace inferwire::endpoints
