// A shard's way back: until upstream has ended, and from its files into the store.
#include <algorithm>
#include <utility>

#include "batch/answer_line.h"
#include "batch/refusal.h"
#include "batch/shard_run.h"
#include "batch/usage.h"
#include "openai/path_segment.h"

namespace inferwire::batch {
namespace {

using store::ShardState;

// Upstream's own code for a queue that takes no more tokens.
constexpr std::string_view kQueueFull = "token_limit_exceeded";

std::string BatchPath(const std::string& id) {
  std::string path = "/batches/";
  openai::AppendPercentEncoded(id, path);
  return path;
}

}  // namespace

void ShardRun::Poll() {
  if (owner_.job().cancelled != WallTime() && !cancel_sent_) {
    return Call("POST", BatchPath(shard_.batch) + "/cancel", "", &ShardRun::OnCancelled,
                /*repeatable=*/true);
  }
  Call("GET", BatchPath(shard_.batch), "", &ShardRun::OnPolled, /*repeatable=*/true);
}

void ShardRun::OnCancelled(Result<std::string>& answer) {
  if (!answer && !IsTooLateToCancel(answer.error())) return Later(answer.error());
  failures_ = 0;
  cancel_sent_ = true;
  Wait(poll_delay_ = work_.options.poll_min);
}

void ShardRun::OnPolled(Result<std::string>& answer) {
  if (!answer) {
    if (answer.error().code == Code::kNotFound) return Refused(answer.error());
    return Later(answer.error());
  }
  auto batch = ReadBatch(*answer, work_.runtime.limits.json);
  if (!batch) return Later(batch.error());
  failures_ = 0;
  const bool counted = TakeCounts(*batch);
  if (IsFinal(batch->status)) return UpstreamEnded(*batch);
  const bool begins = shard_.state == ShardState::kSubmitted && batch->status != "validating";
  if (begins) {
    shard_.state = ShardState::kInProgress;
    poll_delay_ = work_.options.poll_min;
  }
  if ((begins || counted) && !Save()) return;
  const double jitter = 0.8 + 0.4 * work_.runtime.random.Uniform();
  Wait(std::chrono::duration_cast<Duration>(poll_delay_ * jitter));
  poll_delay_ = std::min<Duration>(work_.options.poll_max, poll_delay_ * 3 / 2);
}

// True if they have changed. They say no more than there is, whatever upstream says.
bool ShardRun::TakeCounts(const UpstreamBatch& batch) {
  const int64_t total = shard_.counts.total;
  const int64_t failed = std::min(batch.failed, total);
  const int64_t succeeded = std::min(batch.completed, total - failed);
  if (succeeded == shard_.upstream_succeeded && failed == shard_.upstream_failed) return false;
  shard_.upstream_succeeded = succeeded;
  shard_.upstream_failed = failed;
  return true;
}

void ShardRun::UpstreamEnded(const UpstreamBatch& batch) {
  const bool queue_full =
      batch.status == "failed" && !batch.errors.empty() && batch.errors.front().code == kQueueFull;
  if (queue_full && !unwanted() && shard_.posts < work_.options.requeues) {
    // Others fill the queue too: it was our turn too early.
    shard_.state = ShardState::kQueued;
    shard_.batch.clear();
    shard_.upstream_succeeded = shard_.upstream_failed = 0;
    shard_.post_began = false;
    ++shard_.posts;
    ++work_.room_made;
    if (Save()) Later(openai::Protocol("its batch queue is full", attempt()));
    return;
  }
  shard_.upstream_status = batch.status;
  shard_.output_file = batch.output_file;
  shard_.error_file = batch.error_file;
  shard_.state = ShardState::kFinalizing;
  line_errors_ = batch.errors;
  saw_end_ = true;
  next_file_ = 0;
  // Its tokens are out of the queue.
  ++work_.room_made;
  if (Save()) work_.notify();
}

void ShardRun::AdvanceFinalizing() {
  while (next_file_ < 2 && (next_file_ == 0 ? shard_.output_file : shard_.error_file).empty()) {
    ++next_file_;
  }
  if (next_file_ < 2) return StartDownload();
  if (shard_.upstream_status == "expired") {
    return End(ShardState::kExpired, store::ItemOutcome::kExpired, ExpiredError(attempt()));
  }
  if (shard_.upstream_status == "cancelled") {
    return End(ShardState::kCancelled, store::ItemOutcome::kCancelled, CancelledError(attempt()));
  }
  if (shard_.upstream_status == "failed") {
    if (!saw_end_) return Poll();  // an earlier run knew why
    Error error = openai::Protocol("", attempt());
    error.code = Code::kFailedPrecondition;
    error.reason = v1::ERROR_REASON_INVALID_PARAMETER;
    error.message = "the upstream refused the batch";
    if (!line_errors_.empty()) error.message += ": " + line_errors_.front().message;
    return End(ShardState::kFailed, store::ItemOutcome::kFailed, error);
  }
  End(ShardState::kDone, store::ItemOutcome::kFailed,
      MissingError(attempt(), lost_, work_.options.max_line_bytes));
}

void ShardRun::StartDownload() {
  if (!work_.transfers.Take()) return;  // kicked when there is a place
  has_place_ = true;
  const std::string& file = next_file_ == 0 ? shard_.output_file : shard_.error_file;
  download_ = std::make_unique<Download>(
      work_, *upstream(), shard_, owner_.job(), file,
      [this](std::vector<store::NewResult>& results) { return Keep(results); },
      [this] {
        step_ended_ = true;
        timer_.Set(work_.Now());
      });
  download_->Start();
}

bool ShardRun::Keep(std::vector<store::NewResult>& results) {
  const store::Counts before = shard_.counts;
  ResultsUsage usage(work_, owner_.job(), shard_);
  auto added = work_.jobs.AddResults(owner_.lease(), shard_, results, AddCost, usage.booked());
  if (!added) {
    owner_.GiveUp(added.error());
    return false;
  }
  work_.metrics.Items("succeeded", shard_.counts.succeeded - before.succeeded);
  work_.metrics.Items("failed", shard_.counts.failed - before.failed);
  work_.metrics.Items("expired", shard_.counts.expired - before.expired);
  work_.metrics.Items("cancelled", shard_.counts.cancelled - before.cancelled);
  work_.metrics.StrangeLines(shard_.upstream, added->unknown);
  usage.Added();
  return true;
}

void ShardRun::OnDownloaded() {
  const auto download = std::move(download_);
  if (download->lost().unreadable > 0) {
    work_.metrics.StrangeLines(shard_.upstream, download->lost().unreadable);
    work_.log.Event(telemetry::LogLevel::kWarning, "batch_garbage_lines",
                    {{"batch", owner_.job().id},
                     {"shard", int64_t{shard_.index}},
                     {"lines", download->lost().unreadable},
                     {"too_long", download->lost().too_long}});
  }
  if (download->error() && download->error()->code != Code::kNotFound) {
    return Later(*download->error());  // what came is kept, and comes again
  }
  failures_ = 0;
  ++next_file_;
  lost_.unreadable += download->lost().unreadable;
  lost_.too_long += download->lost().too_long;
}

}  // namespace inferwire::batch
