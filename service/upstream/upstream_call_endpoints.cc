// Which endpoint of its upstream an attempt goes to.
#include <algorithm>
#include <utility>

#include "telemetry/endpoint_metrics.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {
namespace {

constexpr int kPartToWait = 10;  // of a call's time
constexpr int kMostTurnsInVain = 3;

}  // namespace

bool UpstreamCall::TakePlace(Attempt& attempt, Places::Wish wish, SteadyTime now) {
  const Destination& destination = attempt.destination;
  const EndpointSet& endpoints = destination.upstream->endpoints(*runtime_.endpoint_views);
  wish.queue = destination.upstream->options().queue.get();
  // Who has waited goes first.
  if (wish.queue && !queued_ && wish.queue->waiting() > 0) return false;
  if (endpoints.size() == 1 && attempt.tried_endpoints.empty()) {
    wish.endpoint = endpoints.front().get();
    if (!attempt.places.Begin(destination, wish, now)) return false;
    attempt.endpoint = endpoints.front();
    return true;
  }
  wish.one_of_several = endpoints.size() > 1;
  const EndpointWish wanted{.balance = destination.upstream->options().balance,
                            .most_out = destination.upstream->options().most_out,
                            .affinity = request_.affinity,
                            .alone = wish.alone,
                            .anyway = wish.anyway};
  Begin begun_how = Begin::kUsual;
  auto taken = TakeEndpoint(endpoints, attempt.tried_endpoints, wanted, now, runtime_.random,
                            [&](const Endpoint& endpoint, Begin how) {
                              begun_how = how;
                              wish.endpoint = &endpoint;
                              wish.alone = how == Begin::kAlone;
                              wish.anyway = how == Begin::kPanic || how == Begin::kAnyway;
                              return attempt.places.Begin(destination, wish, now);
                            });
  if (!taken) return false;
  if (begun_how == Begin::kPanic && destination.upstream->endpoint_metrics()) {
    destination.upstream->endpoint_metrics()->Panicked();
  }
  attempt.endpoint = std::move(taken);
  return true;
}

bool UpstreamCall::HasOtherEndpoint(const Attempt& attempt, SteadyTime now) const {
  const EndpointSet& endpoints = attempt.destination.upstream->endpoints(*runtime_.endpoint_views);
  if (endpoints.size() == 1 && endpoints.front() == attempt.endpoint) return false;
  TriedEndpoints tried = attempt.tried_endpoints;
  tried.push_back(attempt.endpoint);
  return HasOther(endpoints, tried, attempt.destination.upstream->options().most_out, now);
}

UpstreamCall::Queue UpstreamCall::WaitForPlace(SteadyTime now) {
  const UpstreamOptions& options = now_->destination.upstream->options();
  if (!options.queue) return Queue::kNotFull;
  const EndpointSet& endpoints = now_->destination.upstream->endpoints(*runtime_.endpoint_views);
  const bool again = queued_.has_value();
  const bool others_wait = options.queue->waiting() > 0 && !again;
  if (!others_wait && !HealthOf(endpoints, now).busy) {
    // Another one was quicker, or what is in its way is not that they are full.
    if (!again || ++turns_in_vain_ > kMostTurnsInVain) return Queue::kNotFull;
  }
  const SteadyTime since = again ? *queued_ : now;
  const SteadyTime until =
      since + std::min(options.queue_wait, (request_.deadline - since) / kPartToWait);
  LeaveQueue();
  telemetry::UpstreamEndpointMetrics& metrics = *now_->destination.upstream->endpoint_metrics();
  if (now >= until && again) {
    metrics.Refused(telemetry::NoPlace::kWaitedEnough);
    metrics.Waited(now - *std::exchange(queued_, std::nullopt));
    return Queue::kRefused;
  }
  auto waiter = std::make_shared<PlaceQueue::Waiter>(runtime_.mailbox, [this] {
    timer_.Cancel();
    StartAttempt();
  });
  const size_t most = static_cast<size_t>(options.queue_most) * endpoints.size();
  if (now >= until || !options.queue->Join(waiter, most, again)) {
    metrics.Refused(telemetry::NoPlace::kQueueFull);
    return Queue::kRefused;
  }
  queued_ = since;
  queue_ = options.queue;
  waiter_ = std::move(waiter);
  state_ = State::kWaiting;
  timer_.Set(until);
  // One may have been left in the meantime, when nobody waited yet.
  if (!HealthOf(endpoints, now).busy) queue_->Wake();
  return Queue::kWaits;
}

void UpstreamCall::LeaveQueue() {
  if (waiter_) queue_->Leave(*std::exchange(waiter_, nullptr));
}

}  // namespace inferwire::upstream
