#include "rpc/idempotent_run.h"

#include <utility>

#include "gateway/gateway_info.h"
#include "openai/error.h"
#include "policy/settlement.h"
#include "rpc/client_retries.h"
#include "rpc/replayed.h"
#include "telemetry/caller_metrics.h"

namespace inferwire::rpc {
namespace {

using telemetry::KeyResult;

// Between two questions whether another replica's call has ended.
constexpr std::chrono::milliseconds kPollEvery{250};
// What a call waits for the store's word; that is a statement of one row.
constexpr std::chrono::milliseconds kMostForClaim{1000};

// What a repetition would do again: it is kept, so that there is none.
bool IsWorthKeeping(const std::optional<Error>& error, const gateway::CallStats& stats) {
  if (!error) return true;
  return !stats.maybe_billed.why.empty() || stats.events > 0 || stats.cost_picousd ||
         stats.output_tokens;
}

gateway::KeyedUse UseOf(const std::string& request_id, const gateway::CallStats& stats) {
  return {request_id, stats.input_tokens, stats.output_tokens, stats.cost_picousd};
}

}  // namespace

IdempotentRun::IdempotentRun(Parts parts)
    : LiveCall(parts.services->live),
      kept_(std::move(parts.services)),
      services_(*kept_),
      endpoint_(parts.endpoint),
      key_(std::move(parts.key)),
      fingerprint_(std::move(parts.fingerprint)),
      answer_(std::move(parts.answer)),
      caller_(std::move(parts.caller)),
      takes_unknown_(parts.takes_unknown),
      max_queue_wait_(parts.max_queue_wait),
      user_(std::move(parts.user)),
      label_(std::move(parts.label)),
      call_(parts.call),
      memory_(services_.memory, parts.call.caller),
      context_(std::move(parts.context)),
      listener_(
          std::make_shared<IdempotentListener>(services_.runtime.mailbox, [this] { OnNews(); })),
      poll_timer_(services_.runtime.timers, [this] { Claim(); }),
      claim_timer_(services_.runtime.timers, [this] { GoAlone(); }),
      end_timer_(services_.runtime.timers, [this] { delete this; }) {
  if (call_.principal) {
    principal_ = *call_.principal;
    call_.principal = context_.principal = &*principal_;
  }
  if (context_.trace) {
    trace_ = *context_.trace;
    context_.trace = &trace_;
  }
  context_.memory = &memory_;
  context_.admitted = &call_.admitted;
  context_.booked = nullptr;
  call_.answered_here = endpoint_.answered_here;
  // Who waits has its own deadline, and whoever is left may have more time than the first.
  call_.caller_deadline = SteadyTime::max();
  answer_->SetRun(listener_);
}

IdempotentRun::~IdempotentRun() { listener_->Close(); }

const gateway::CallStats& IdempotentRun::stats() const {
  static const gateway::CallStats kNone;
  return operation_ ? operation_->stats() : kNone;
}

void IdempotentRun::Begin(Message& request, First& first) {
  first_ = &first;
  if (!services_.idempotent->shared()) return Go(request);
  Keep(request);
  Claim();
}

void IdempotentRun::Keep(const Message& request) {
  if (request_) return;
  request_.reset(request.New());
  request_->CopyFrom(request);
  memory_.Set(gateway::CallMemory::kRequest, static_cast<size_t>(call_.request_bytes));
}

void IdempotentRun::Claim() {
  const std::weak_ptr<int> alive = alive_;
  gateway::SharedKeys& shared = *services_.idempotent->shared();
  shared.Claim({key_, fingerprint_, context_.request_id, takes_unknown_}, services_.runtime.mailbox,
               [this, alive, &shared, key = key_, request_id = context_.request_id,
                claim_number = ++claims_](const Result<gateway::KeyClaim>& claim) {
                 const bool is_mine = claim && claim->state == gateway::KeyClaim::State::kMine;
                 if (alive.expired() || ended_) {
                   // Nobody waits for it any more.
                   if (is_mine && (alive.expired() || !claimed_)) shared.Free(key, request_id);
                   return;
                 }
                 if (claim_number != claims_) return;
                 if (!claim) return GoAlone();
                 OnClaimed(*claim);
               });
  claim_timer_.Set(services_.runtime.timers.Now() + kMostForClaim);
}

void IdempotentRun::OnClaimed(const gateway::KeyClaim& claim) {
  using State = gateway::KeyClaim::State;
  telemetry::IdempotentMetrics& metrics = services_.idempotent->metrics();
  claim_timer_.Cancel();
  switch (claim.state) {
    case State::kMine:
      claimed_ = true;
      return Go(*request_);
    case State::kRunning:
      return poll_timer_.Set(services_.runtime.timers.Now() + kPollEvery);
    case State::kReused:
      metrics.Called(KeyResult::kReused);
      return Finish(KeyReused(claim.use.request_id));
    case State::kEnded:
      metrics.Called(KeyResult::kGone);
      return Finish(ResultGone(claim.use));
    case State::kUnknown:
      metrics.Called(KeyResult::kUnknown);
      return Finish(OutcomeUnknown(claim.use));
  }
}

// The store does not answer: the key holds within this replica. The claim may have been heard.
void IdempotentRun::GoAlone() {
  ++claims_;
  claim_timer_.Cancel();
  claimed_ = true;
  services_.idempotent->metrics().Called(KeyResult::kLocal);
  Go(*request_);
}

void IdempotentRun::Go(Message& request) {
  services_.idempotent->metrics().Called(KeyResult::kFirst);
  auto answer = services_.policies.Admit(call_, {services_.runtime.mailbox, max_queue_wait_});
  if (!answer) return OnTurnedAway(std::move(answer.error()));
  if (answer->parked.ticket) {
    Keep(request);
    parked_ = std::make_unique<policy::ParkedCall>(
        services_.policies, call_, std::move(answer->parked), services_.runtime.timers,
        static_cast<policy::ParkedCall::Observer&>(*this));
    return;
  }
  if (auto started = Start(request, std::move(answer->admission)); !started) {
    return Finish(std::move(started.error()));
  }
  request_.reset();
  operation_->Start();
}

void IdempotentRun::OnAdmitted(policy::Admission admission) {
  parked_.reset();
  if (auto started = Start(*request_, std::move(admission)); !started) {
    return Finish(std::move(started.error()));
  }
  request_.reset();
  operation_->Start();
}

void IdempotentRun::OnTurnedAway(Error error) {
  parked_.reset();
  Finish(services_.client_retries ? services_.client_retries->Answer(std::move(error), call_.caller,
                                                                     context_.previous_attempts > 0)
                                  : std::move(error));
}

Result<void> IdempotentRun::Start(Message& request, policy::Admission admission) {
  admission_ = std::move(admission);
  context_.queued_for = call_.queued_for;
  if (services_.ledger) {
    booking_.Begin(services_, BookedCaller(call_.principal, caller_), {user_, label_}, call_.model,
                   endpoint_.operation, context_.request_id);
  }
  context_.booked = booking_.names();
  context_.deadline = call_.deadline;
  auto operation = endpoint_.begin.operation(request, services_.runtime, context_, *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  return {};
}

void IdempotentRun::OnNews() {
  if (ended_) return;
  if (answer_->deserted()) return Abandon(v1::ERROR_REASON_CANCELLED);
  if (operation_) operation_->Resume();
}

void IdempotentRun::Tend(SteadyTime) {
  if (operation_ && !ended_ && memory_.WaitedLongEnough()) operation_->Resume();
}

void IdempotentRun::OnMessage(google::protobuf::Message& message) {
  const PieceTraits traits = TraitsOf(message);
  answer_->Add(Serialize(message), traits.has_gateway, traits.of_the_moment);
  memory_.Set(gateway::CallMemory::kOutgoing, answer_->held_bytes());
}

void IdempotentRun::Abandon(v1::ErrorReason reason) {
  if (ended_) return;
  if (operation_) operation_->Abandon(reason);
  Error gone = reason == v1::ERROR_REASON_DEADLINE
                   ? openai::DeadlineExceeded("the deadline of all who waited passed", {})
                   : openai::Cancelled({});
  gateway::AddProgress(stats(), gone);
  Finish(std::move(gone));
}

void IdempotentRun::Cut(const Error& error) {
  if (ended_) return;
  Error told = error;
  if (operation_) operation_->Abandon(error.reason);
  gateway::AddProgress(stats(), told);
  Finish(std::move(told));
}

void IdempotentRun::OnEnd(std::optional<Error> error) { Finish(std::move(error)); }

void IdempotentRun::Finish(std::optional<Error> error) {
  if (std::exchange(ended_, true)) return;
  poll_timer_.Cancel();
  claim_timer_.Cancel();
  parked_.reset();
  const Error* const why = error ? &*error : nullptr;
  const gateway::CallStats& came_to = stats();
  booking_.End(why, came_to);
  admission_.Settle(policy::SettlementOf(why, came_to));
  const bool kept = operation_ && IsWorthKeeping(error, came_to);
  const gateway::KeyedUse use = UseOf(context_.request_id, came_to);
  // In this order: who comes when the answer is known finds what became of the key.
  using Outcome = IdempotentCalls::Outcome;
  services_.idempotent->Ended(key_, use, kept ? Outcome::kKept : Outcome::kFree,
                              answer_->is_whole());
  if (claimed_) {
    gateway::SharedKeys& shared = *services_.idempotent->shared();
    kept ? shared.End(key_, use) : shared.Free(key_, context_.request_id);
  }
  // The first call has the use in its books, else one of those who waited; else nobody will.
  if ((first_ || answer_->deserted()) && answer_->TakesBooks() && !first_) {
    services_.runtime.metrics.callers.Used(
        caller_, {came_to.input_tokens.value_or(0), came_to.output_tokens.value_or(0),
                  came_to.cost_picousd.value_or(0)});
  }
  if (First* const first = std::exchange(first_, nullptr)) first->OnRunEnded(came_to);
  answer_->End(std::move(error), came_to, !kept);
  end_timer_.Set(services_.runtime.timers.Now());
}

}  // namespace inferwire::rpc
