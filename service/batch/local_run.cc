#include "batch/local_run.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/backoff.h"
#include "batch/header.h"
#include "batch/line.h"
#include "batch/usage.h"

namespace inferwire::batch {
namespace {

std::string PathOf(const upstream::Upstream& upstream, const std::string& endpoint,
                   const std::string& model) {
  if (endpoint == kChatEndpoint) return upstream.ChatPath(model);
  return endpoint.substr(endpoint.find('/', 1));  // below the base URL, which has the version
}

}  // namespace

LocalRun::LocalRun(const WorkerContext& work, const upstream::Upstream& upstream,
                   const store::Lease& lease, const store::Job& job, store::Shard& shard,
                   std::function<void(const Error&)> on_failure, std::function<void()> on_change)
    : work_(work),
      upstream_(upstream),
      lease_(lease),
      job_(job),
      shard_(shard),
      on_failure_(std::move(on_failure)),
      on_change_(std::move(on_change)),
      semaphore_(work.LocalSemaphore(upstream.name())),
      pricing_(PricingOf(work.runtime.router, upstream, shard.model, catalogue::kStandardTier)),
      retry_timer_(work.runtime.timers, [this] { on_change_(); }) {}

LocalRun::~LocalRun() {
  for (size_t i = 0; i < running_.size(); ++i) semaphore_.Give();
}

void LocalRun::Advance() {
  TakeEnded();
  StartMore();
}

void LocalRun::TakeEnded() {
  SteadyTime next = SteadyTime::max();
  for (auto each = running_.begin(); each != running_.end();) {
    Running& running = each->second;
    if (running.ended && !TakeOne(running)) return;
    if (!running.call && running.retry_at == SteadyTime()) {
      each = running_.erase(each);
      semaphore_.Give();
      work_.notify();
      continue;
    }
    if (!running.call) {
      if (work_.Now() >= running.retry_at) {
        StartCall(running);
      } else {
        next = std::min(next, running.retry_at);
      }
    }
    ++each;
  }
  if (next != SteadyTime::max()) retry_timer_.Set(next);
}

// False: the store failed.
bool LocalRun::TakeOne(Running& running) {
  const auto call = std::move(running.call);
  running.ended = false;
  running.retry_at = {};
  Result<std::string>& answer = call->answer();
  if (!answer && answer.error().safe_to_retry) {
    // Nothing was billed: the same again, later, for as long as the batch has time.
    Duration delay = Backoff(work_.options.retry_min, work_.options.retry_max, ++running.failures);
    if (answer.error().retry_after) {
      delay = std::max<Duration>(delay, *answer.error().retry_after);
    }
    running.retry_at = work_.Now() + delay;
    return true;
  }
  const LineOf place{"batch", running.item.index + 1};
  const std::string& id = running.item.custom_id;
  std::vector<store::NewResult> results;
  if (answer) {
    results.push_back(ResultOfBody(id, *answer, job_.endpoint, call->attempt(), pricing_,
                                   work_.WallNow(), work_.runtime.limits.json, place));
  } else {
    // What the provider says stays in its words.
    const bool ours = call->stats().http_status < 400;
    results.push_back(ResultOfError(id, ours ? OfItem(answer.error(), id, place) : answer.error()));
  }
  results.back().http_status = call->stats().http_status;
  results.back().upstream_request_id = CleanId(call->stats().upstream_request_id);
  const bool good = results.back().outcome == store::ItemOutcome::kSucceeded;
  ResultsUsage usage(work_, job_, shard_);
  auto added = work_.jobs.AddResults(lease_, shard_, results, AddCost, usage.booked());
  if (!added) {
    on_failure_(added.error());
    return false;
  }
  work_.metrics.Items(good ? "succeeded" : "failed", 1);
  usage.Added();
  return true;
}

void LocalRun::StartMore() {
  while (!read_all_ && semaphore_.Take()) {
    auto items = work_.jobs.Unanswered(lease_.job, shard_.index, next_item_, 1, 1);
    if (!items) {
      semaphore_.Give();
      return on_failure_(items.error());
    }
    if (items->empty()) {
      semaphore_.Give();
      read_all_ = true;
      return;
    }
    next_item_ = items->front().index + 1;
    Running& running = running_[items->front().index];
    running.item = std::move(items->front());
    StartCall(running);
  }
}

void LocalRun::StartCall(Running& running) {
  upstream::UpstreamCall::Request request;
  request.upstream = &upstream_;
  request.model = shard_.model;
  request.path = PathOf(upstream_, job_.endpoint, shard_.model);
  request.body = shard_.route.empty()
                     ? running.item.body
                     : ForTarget(running.item.body, shard_.model, *upstream_.options().dialect);
  request.fields = ItemFields(job_);
  request.use = upstream::Use::kBatches;
  request.max_bytes = work_.runtime.limits.body_bytes;
  request.deadline = work_.Now() + work_.options.item_timeout;
  request.max_retries = upstream_.options().max_retries;
  // Of several keys each call takes the one with most room.
  if (upstream_.keys().keys().size() > 1) request.resend = routing::Resend::kRefused;
  running.call = std::make_unique<SmallCall>(work_.runtime, std::move(request), [this, &running] {
    running.ended = true;
    on_change_();
  });
  running.call->Start();
}

}  // namespace inferwire::batch
