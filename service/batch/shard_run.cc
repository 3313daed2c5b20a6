#include "batch/shard_run.h"

#include <algorithm>
#include <utility>

#include "base/backoff.h"
#include "batch/answer_line.h"
#include "batch/header.h"
#include "inferwire/v1/batches_service.pb.h"

namespace inferwire::batch {

using store::ShardState;

ShardRun::ShardRun(const WorkerContext& work, Owner& owner, store::Shard& shard)
    : work_(work),
      owner_(owner),
      shard_(shard),
      timer_(work.runtime.timers, [this] { OnTimer(); }),
      target_(work, shard),
      poll_delay_(work.options.poll_min) {}

ShardRun::~ShardRun() {
  if (has_place_) work_.transfers.Give();
}

const upstream::Upstream* ShardRun::upstream() const {
  const auto found = work_.runtime.router.ByName(shard_.upstream);
  return found ? *found : nullptr;
}

openai::Attempt ShardRun::attempt() const {
  openai::Attempt attempt;
  attempt.upstream = shard_.upstream;
  attempt.model = shard_.model;
  attempt.fields = ItemFields(owner_.job());
  return attempt;
}

bool ShardRun::unwanted() const {
  const store::Job& job = owner_.job();
  return job.cancelled != WallTime() || work_.WallNow() >= job.expires;
}

std::string ShardRun::FileName() const {
  std::string name = owner_.job().id + "-" + std::to_string(shard_.index);
  if (shard_.posts > 0) name += "-" + std::to_string(shard_.posts);
  return name += ".jsonl";
}

void ShardRun::OnTimer() {
  if (std::exchange(step_ended_, false)) {
    if (has_place_) {
      has_place_ = false;
      work_.transfers.Give();
      work_.notify();
    }
    if (call_) {
      Result<std::string> answer = std::move(call_->answer());
      reached_ = {call_->stats().http_status, call_->stats().reached_upstream};
      call_.reset();
      (this->*handler_)(answer);
    } else if (upload_) {
      OnUploaded();
    } else if (download_) {
      OnDownloaded();
    }
  }
  Advance();
}

void ShardRun::Advance() {
  if (busy() || store::Ended(shard_.state)) return;
  if (ending_) {
    auto ended = ending_->EndSome();
    if (!ended) return owner_.GiveUp(ended.error());
    if (*ended) return OnItemsEnded();
    return timer_.Set(work_.Now());
  }
  if (moving_) return MeasureSome();
  if (work_.Now() < retry_at_) return timer_.Set(retry_at_);
  if (IsTakenElsewhere()) return;
  const std::string_view gone = !upstream() ? "upstream" : !target_.HasKey() ? "key" : "";
  if (!gone.empty()) {
    // The configuration has changed since.
    Error error = openai::Protocol("", attempt());
    error.origin = Origin::kGateway;
    error.message = "the " + std::string(gone) + " of this batch is not configured any more";
    return End(ShardState::kFailed, store::ItemOutcome::kFailed, error);
  }
  switch (shard_.state) {
    case ShardState::kQueued:
      return AdvanceQueued();
    case ShardState::kPrepared:
      return AdvancePrepared();
    case ShardState::kUploaded:
      return AdvanceUploaded();
    case ShardState::kSubmitted:
    case ShardState::kInProgress:
      return AdvanceInProgress();
    case ShardState::kFinalizing:
      return AdvanceFinalizing();
    default:
      return;
  }
}

// Nothing was accepted yet, its target takes nothing now, and there is another one.
bool ShardRun::IsTakenElsewhere() {
  if (shard_.route.empty() || shard_.state >= ShardState::kSubmitted || shard_.post_began) {
    return false;
  }
  return !unwanted() && target_.IsUnusable() && GoToNextTarget("OUT");
}

void ShardRun::Call(std::string method, std::string path, std::string body, Handler handler,
                    bool repeatable) {
  upstream::UpstreamCall::Request request;
  request.upstream = upstream();
  request.model = shard_.model;
  request.method = std::move(method);
  request.path = std::move(path);
  request.body = std::move(body);
  request.use = upstream::Use::kBatches;
  request.key = shard_.key;
  request.max_bytes = 8u << 20;
  request.deadline = work_.Now() + work_.options.request_timeout;
  request.max_retries = repeatable ? request.upstream->options().max_retries : 0;
  handler_ = handler;
  call_ = std::make_unique<SmallCall>(work_.runtime, std::move(request), [this] {
    step_ended_ = true;
    timer_.Set(work_.Now());
  });
  call_->Start();
}

void ShardRun::Later(const Error& error) {
  const auto& options = work_.options;
  Duration delay =
      HalfJitterBackoff(options.retry_min, options.retry_max, ++failures_, work_.runtime.random);
  if (error.retry_after) delay = std::max<Duration>(delay, *error.retry_after);
  work_.log.Event(telemetry::LogLevel::kWarning, "batch_step_failed",
                  {{"batch", owner_.job().id},
                   {"shard", int64_t{shard_.index}},
                   {"state", std::string(store::Name(shard_.state))},
                   {"reason", std::string(ReasonName(error.reason))},
                   {"failures", int64_t{failures_}}});
  work_.metrics.StepFailed(shard_.upstream);
  Wait(delay);
}

void ShardRun::Wait(Duration delay) {
  retry_at_ = work_.Now() + delay;
  timer_.Set(retry_at_);
}

bool ShardRun::Save() { return owner_.Save(shard_); }

// --- Queued
// ---------------------------------------------------------------------------------------

void ShardRun::AdvanceQueued() {
  if (unwanted()) return EndUnwanted();
  if (shard_.local) {
    shard_.state = ShardState::kInProgress;
    shard_.submitted = work_.WallNow();
    if (Save()) Advance();
    return;
  }
  if (work_.Now() < queue_retry_at_ && room_seen_ == work_.room_made) {
    return timer_.Set(queue_retry_at_);
  }
  if (shard_.input_file.empty() && !GiveKey()) return;
  const int64_t limit = work_.options.FactsOf(shard_.upstream).QueueTokens(shard_.model);
  auto admitted = work_.jobs.Admit(owner_.lease(), shard_, limit);
  if (!admitted) return owner_.GiveUp(admitted.error());
  if (!*admitted) {
    room_seen_ = work_.room_made;
    queue_retry_at_ = work_.Now() + work_.options.queue_poll;
    return timer_.Set(queue_retry_at_);
  }
  fresh_ = true;
  if (Save()) Advance();
}

// False: the store failed.
bool ShardRun::GiveKey() {
  auto key = target_.RoomiestKey();
  if (key) {
    shard_.key = std::move(*key);
    return true;
  }
  owner_.GiveUp(key.error());
  return false;
}

// --- In progress
// ----------------------------------------------------------------------------------

void ShardRun::AdvanceInProgress() {
  if (shard_.local) {
    if (unwanted()) {
      local_.reset();
      return EndUnwanted();
    }
    if (!local_) {
      local_ = std::make_unique<LocalRun>(
          work_, *upstream(), owner_.lease(), owner_.job(), shard_,
          [this](const Error& error) { owner_.GiveUp(error); },
          [this] { timer_.Set(work_.Now()); });
    }
    local_->Advance();
    if (!local_->complete()) return;
    local_.reset();
    return End(ShardState::kDone, store::ItemOutcome::kFailed, MissingError(attempt()));
  }
  // Upstream ends it by itself; this is for one that never does.
  const WallTime latest = owner_.job().expires + std::chrono::hours(24);
  if (work_.WallNow() >= latest) {
    return End(ShardState::kExpired, store::ItemOutcome::kExpired, ExpiredError(attempt()));
  }
  Poll();
}

// --- The end
// --------------------------------------------------------------------------------------

// Of what upstream never worked on.
void ShardRun::EndUnwanted() {
  if (owner_.job().cancelled != WallTime()) {
    return End(ShardState::kCancelled, store::ItemOutcome::kCancelled, CancelledError(attempt()));
  }
  End(ShardState::kExpired, store::ItemOutcome::kExpired, ExpiredError(attempt()));
}

void ShardRun::OnItemsEnded() {
  for (BatchError& error : line_errors_) AddError(error);
  shard_.state = last_;
  shard_.ended = work_.WallNow();
  ending_.reset();
  ++work_.room_made;
  if (Save()) work_.notify();
}

void ShardRun::End(ShardState last, store::ItemOutcome outcome, const Error& error) {
  std::map<int64_t, Error> lines;
  for (const BatchError& each : line_errors_) {
    if (!each.line) continue;
    const std::string param = each.param.empty() ? "body" : each.param;
    Error own = InvalidField(param, each.message);
    own.fields.front().field = openai::FieldPath(param, ItemFields(owner_.job()));
    own.metadata["upstream"] = shard_.upstream;
    own.metadata["upstream_code"] = each.code;
    lines.emplace(*each.line, std::move(own));
  }
  last_ = last;
  ending_ = std::make_unique<FailRemaining>(work_, owner_.lease(), shard_, outcome, error,
                                            std::move(lines));
  timer_.Set(work_.Now());
}

// Upstream will not have it, now or later.
void ShardRun::Refused(const Error& error) {
  AddError({std::string(ReasonName(error.reason)), error.message, "", std::nullopt});
  End(ShardState::kFailed, store::ItemOutcome::kFailed, error);
}

void ShardRun::AddError(const BatchError& error) {
  constexpr int kMostErrors = 100;
  v1::BatchShard kept;
  kept.ParseFromString(shard_.errors);
  if (kept.errors_size() >= kMostErrors) return;
  for (const v1::BatchError& each : kept.errors()) {
    if (each.code() == error.code && each.message() == error.message) return;
  }
  v1::BatchError& added = *kept.add_errors();
  added.set_shard(shard_.index);
  added.set_code(error.code);
  added.set_message(error.message);
  if (!error.param.empty()) added.set_param(error.param);
  if (error.line && ending_) {
    const auto found = ending_->custom_ids().find(*error.line);
    if (found != ending_->custom_ids().end()) added.set_custom_id(found->second);
  }
  shard_.errors = kept.SerializeAsString();
}

}  // namespace inferwire::batch
