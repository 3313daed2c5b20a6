#include "endpoints/typed/watch.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "endpoints/typed/fine_tuning_watch.h"
#include "endpoints/typed/polling_stream.h"
#include "endpoints/typed/typed_call.h"
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

using std::chrono::seconds;
using MethodNamed = const TypedMethod& (*)(std::string_view name);
using Hearer = gateway::Operation::Observer;

constexpr seconds kUsualPoll{2}, kUsualPollOfJobs{10};

// One without a status is no work that goes on.
bool IsFinal(v1::ResponseStatus status) {
  return status != v1::RESPONSE_STATUS_QUEUED && status != v1::RESPONSE_STATUS_IN_PROGRESS &&
         status != v1::RESPONSE_STATUS_OTHER;
}

// It goes on only once its caller has done something.
bool IsFinal(v1::RunStatus status) {
  return status != v1::RUN_STATUS_QUEUED && status != v1::RUN_STATUS_IN_PROGRESS &&
         status != v1::RUN_STATUS_CANCELLING && status != v1::RUN_STATUS_OTHER;
}

struct OfResponses {
  using Request = v1::WatchResponseRequest;
  using Message = v1::WatchResponseResponse;
  using Question = v1::GetResponseRequest;
  static Question QuestionOf(const Request& request) {
    Question question;
    question.set_response_id(request.response_id());
    question.set_upstream(request.upstream());
    return question;
  }
  static auto& In(Message& message) { return *message.mutable_response(); }
  static auto& In(v1::GetResponseResponse& answer) { return *answer.mutable_response(); }
  using Answer = v1::GetResponseResponse;
};

struct OfRuns {
  using Request = v1::WatchRunRequest;
  using Message = v1::WatchRunResponse;
  using Question = v1::GetRunRequest;
  static Question QuestionOf(const Request& request) {
    Question question;
    question.set_thread_id(request.thread_id());
    question.set_run_id(request.run_id());
    question.set_upstream(request.upstream());
    return question;
  }
  static auto& In(Message& message) { return *message.mutable_run(); }
  static auto& In(v1::GetRunResponse& answer) { return *answer.mutable_run(); }
  using Answer = v1::GetRunResponse;
};

// Of what has a status: told at each change of it.
template <class Kind>
class StatusWatch final : public PollingStream {
 public:
  StatusWatch(const typename Kind::Request& request, const TypedMethod& get, Pace pace,
              const upstream::Runtime& runtime, const gateway::CallContext& context,
              Hearer& observer)
      : PollingStream(pace, StreamHeartbeat::As<typename Kind::Message>, runtime, context,
                      observer),
        get_(get),
        question_(Kind::QuestionOf(request)) {}

 private:
  rpc::Begun Ask(Hearer& to) override {
    return NewTypedCall(get_, question_, runtime_, context_, to);
  }

  Next TakeAnswer(Message& answer) override {
    auto message = std::make_unique<typename Kind::Message>();
    auto& now = Kind::In(*message);
    now.Swap(&Kind::In(static_cast<typename Kind::Answer&>(answer)));
    const bool ended = IsFinal(now.status());
    const auto other = now.extra().find("status");
    std::string status = other == now.extra().end() ? std::to_string(now.status()) : other->second;
    if (status != known_) {
      known_ = std::move(status);
      Send(std::move(message));
    }
    return ended ? Next::kEnd : Next::kWait;
  }

  const TypedMethod& get_;
  typename Kind::Question question_;
  std::string known_;  // the status that the caller knows
};

template <class Request>
Result<PollingStream::Pace> PaceOf(const Request& request, Duration usual) {
  return PollingStream::PaceOf(request.has_poll_interval(), request.poll_interval(), usual,
                               request.has_heartbeat_interval(), request.heartbeat_interval());
}

rpc::Begun Prepared(std::unique_ptr<PollingStream> stream) {
  if (auto ready = stream->Prepare(); !ready) return ready.error();
  return rpc::Begun(std::move(stream));
}

template <class Kind, class Request>
rpc::Begun NewStatusWatch(const TypedMethod& get, const Request& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context,
                          Hearer& observer) {
  auto pace = PaceOf(request, kUsualPoll);
  if (!pace) return pace.error();
  return Prepared(
      std::make_unique<StatusWatch<Kind>>(request, get, *pace, runtime, context, observer));
}

template <class Request, class Make>
rpc::BeginSingle Begin(Make make) {
  return {.new_request = rpc::NewRequest<Request>,
          .operation = [make](rpc::Message& message, const upstream::Runtime& runtime,
                              const gateway::CallContext& context, Hearer& observer) -> rpc::Begun {
            if (auto known = rpc::CheckOutermost(message); !known) return known.error();
            return make(static_cast<const Request&>(message), runtime, context, observer);
          }};
}

rpc::EndpointSpec SpecOf(std::string_view service, std::string_view method,
                         std::string_view operation, rpc::BeginSingle begin) {
  return {.service = service,
          .method = method,
          .kind = rpc::Kind::kServerStream,
          .operation = operation,
          .begin = std::move(begin),
          .booked = false,
          .unmetered = true,
          .waits_for_news = true,
          .seldom = true};
}

template <class Kind>
rpc::BeginSingle BeginStatusWatch(const TypedMethod& get) {
  using Request = typename Kind::Request;
  return Begin<Request>([&get](const Request& request, const upstream::Runtime& runtime,
                               const gateway::CallContext& context, Hearer& observer) {
    return NewStatusWatch<Kind>(get, request, runtime, context, observer);
  });
}

rpc::BeginSingle BeginJobWatch(FineTuningWatch::Methods methods) {
  using Request = v1::WatchFineTuningJobRequest;
  return Begin<Request>([methods](const Request& request, const upstream::Runtime& runtime,
                                  const gateway::CallContext& context,
                                  Hearer& observer) -> rpc::Begun {
    auto pace = PaceOf(request, kUsualPollOfJobs);
    if (!pace) return pace.error();
    return Prepared(
        std::make_unique<FineTuningWatch>(request, methods, *pace, runtime, context, observer));
  });
}

}  // namespace

std::vector<rpc::EndpointSpec> WatchEndpoints(MethodNamed method) {
  return {SpecOf("inferwire.v1.ResponsesService", "WatchResponse", "responses",
                 BeginStatusWatch<OfResponses>(method("GetResponse"))),
          SpecOf("inferwire.v1.ThreadsService", "WatchRun", "assistants",
                 BeginStatusWatch<OfRuns>(method("GetRun"))),
          SpecOf("inferwire.v1.FineTuningService", "WatchFineTuningJob", "fine_tuning",
                 BeginJobWatch({method("GetFineTuningJob"), method("ListFineTuningEvents")}))};
}

}  // namespace inferwire::endpoints
