#include "upstream/shadow.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "routing/choice.h"
#include "upstream/booked_model.h"
#include "upstream/shadow_call.h"

namespace inferwire::upstream {
namespace {

using telemetry::ShadowOutcome;

// Whatever time the call has.
constexpr std::chrono::seconds kLongest{60};
// A longer one would hold the loop up while it is copied.
constexpr size_t kLargestBody = 4u << 20;

// The call's request, for the shadow: the same but for the head.
UpstreamRequest CopyFor(const Destination& to, const UpstreamCall& call, SteadyTime now) {
  const UpstreamRequest& of = call.request();
  UpstreamRequest copy;
  copy.upstream = to.upstream;
  copy.model = to.model;
  copy.model_state = to.state;
  copy.path = of.new_path(to);
  copy.accept = of.accept;
  copy.use = of.use;
  copy.receive_bytes = of.receive_bytes;
  copy.long_answer = of.long_answer;
  copy.max_bytes = of.max_bytes;
  copy.attempt_timeout = of.attempt_timeout;
  copy.tokens = of.tokens;
  copy.deadline = std::min(of.deadline, now + kLongest);
  copy.resend = routing::Resend::kRefused;
  copy.only_once = true;
  const std::string_view tail = call.body().substr(of.head_bytes);
  const std::string head = '{' + of.new_head(to);
  copy.head_bytes = head.size();
  copy.body.reserve(head.size() + tail.size());
  copy.body.append(head).append(tail);
  return copy;
}

}  // namespace

bool IsShadowed(const Shadow& shadow, std::string_view request_id) {
  constexpr uint64_t kParts = 10'000;
  const auto shadowed = static_cast<uint64_t>(shadow.percent) * kParts / 100;
  return routing::StableHash(request_id) % kParts < shadowed;
}

Shadows::Shadows(Timers& timers, std::function<bool()> busy, gateway::MemoryBudget* memory,
                 ledger::Book* ledger)
    : busy_(std::move(busy)),
      memory_(memory),
      ledger_(ledger),
      ended_(timers, [this] { Remove(); }) {}

Shadows::~Shadows() = default;

void Shadows::Begin(const Runtime& runtime, const UpstreamCall& call, const ShadowPlan& plan,
                    std::string_view request_id, const ledger::Names* booked) {
  const Shadow& shadow = *plan.shadow;
  const auto drop = [&](ShadowOutcome outcome) {
    if (shadow.metrics) shadow.metrics->Ended(outcome);
  };
  if (memory_ && memory_->level() != gateway::MemoryBudget::Level::kCalm) {
    return drop(ShadowOutcome::kMemory);
  }
  if (call.body().size() > kLargestBody) return drop(ShadowOutcome::kExcluded);
  if (busy_()) return drop(ShadowOutcome::kBusy);
  if (shadow.in_flight->fetch_add(1) >= shadow.most_in_flight) {
    --*shadow.in_flight;
    return drop(ShadowOutcome::kFull);
  }
  const SteadyTime now = runtime.timers.Now();
  std::optional<ShadowBooking> booking;
  if (ledger_ && booked) {
    // What the configuration says is a name; what it leaves to the caller may be none.
    std::string model = shadow.target.model;
    if (model.empty()) {
      model = BookedModel(runtime.router, plan.destination.upstream->name(), plan.destination.model,
                          /*answered=*/false, nullptr);
    }
    booking.emplace(*ledger_, *booked, std::move(model), plan.destination.upstream->name(),
                    request_id);
  }
  calls_.push_back(std::make_unique<ShadowCall>(
      runtime, plan, CopyFor(plan.destination, call, now), request_id, memory_, std::move(booking),
      [this, &runtime] { ended_.Set(runtime.timers.Now()); }));
  calls_.back()->Start();
}

void Shadows::Shed() {
  for (const auto& call : calls_) call->Stop(ShadowOutcome::kMemory);
}

void Shadows::Remove() {
  calls_.remove_if([](const auto& call) { return call->over(); });
}

}  // namespace inferwire::upstream
