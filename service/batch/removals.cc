#include "batch/removals.h"

#include <utility>

#include "base/backoff.h"
#include "openai/path_segment.h"

namespace inferwire::batch {
namespace {

constexpr int64_t kMostTries = 12;  // over 13 to 27 hours
constexpr std::chrono::minutes kFirstWait{2};
constexpr std::chrono::hours kMostWait{6};
// Another worker leaves it to us for so long.
constexpr std::chrono::minutes kHold{2};

}  // namespace

Removals::Removals(const WorkerContext& work)
    : work_(work), timer_(work.runtime.timers, [this] { OnTimer(); }) {}

void Removals::OnTimer() {
  if (std::exchange(ended_, false)) OnAnswer();
  if (!call_) Next();
}

void Removals::Next() {
  const WallTime now = work_.WallNow();
  auto next = work_.jobs.NextRemoval(now, now + kHold);
  if (!next) return work_.metrics.StoreFailed();
  if (!*next) return;
  removal_ = std::move(**next);
  const auto upstream = work_.runtime.router.ByName(removal_.upstream);
  // It may be configured again.
  const bool has_key = upstream && (removal_.key.empty() || (*upstream)->keys().Find(removal_.key));
  if (!has_key || removal_.upstream.empty()) {
    Failed();
    return Look();
  }
  upstream::UpstreamCall::Request request;
  request.upstream = *upstream;
  request.method = "DELETE";
  request.path = "/files/";
  openai::AppendPercentEncoded(removal_.file, request.path);
  request.use = upstream::Use::kBatches;
  request.key = removal_.key;
  request.max_bytes = 1u << 20;
  request.deadline = work_.Now() + work_.options.request_timeout;
  call_ = std::make_unique<SmallCall>(work_.runtime, std::move(request), [this] {
    ended_ = true;
    timer_.Set(work_.Now());
  });
  call_->Start();
}

void Removals::OnAnswer() {
  const auto call = std::move(call_);
  const Result<std::string>& answer = call->answer();
  if (answer || answer.error().code == Code::kNotFound) return Finish(/*gone=*/true);
  work_.metrics.StepFailed(removal_.upstream);
  Failed();
}

void Removals::Failed() {
  if (removal_.tries >= kMostTries) return Finish(/*gone=*/false);
  const Duration wait =
      HalfJitterBackoff(kFirstWait, kMostWait, removal_.tries, work_.runtime.random);
  auto put_off = work_.jobs.PutOffRemoval(removal_.number, work_.WallNow() + wait);
  // It is tried again when the hold ends.
  if (!put_off) work_.metrics.StoreFailed();
}

void Removals::Finish(bool gone) {
  if (auto done = work_.jobs.Removed(removal_.number); !done) return work_.metrics.StoreFailed();
  work_.metrics.FileRemoved(gone);
  if (gone) return;
  work_.log.Event(telemetry::LogLevel::kWarning, "batch_file_left",
                  {{"upstream", removal_.upstream}, {"file", removal_.file}});
}

}  // namespace inferwire::batch
