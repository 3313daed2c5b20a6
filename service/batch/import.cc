#include "batch/import.h"

#include <utility>

#include "base/backoff.h"
#include "base/text.h"
#include "batch/line.h"
#include "batch/ownership.h"
#include "batch/queue_tokens.h"
#include "batch/refusal.h"
#include "codec/utf8.h"
#include "openai/owned_ids.h"
#include "openai/path_segment.h"
#include "store/fault.h"

namespace inferwire::batch {
namespace {

constexpr size_t kItemsPerFlush = 500;
constexpr size_t kBytesPerFlush = 2u << 20;
constexpr int kMostErrors = 100;

}  // namespace

Import::Import(const WorkerContext& work, const store::Lease& lease, const store::Job& job,
               std::function<void(const Error&)> on_failure)
    : work_(work),
      lease_(lease),
      job_(job),
      on_failure_(std::move(on_failure)),
      timer_(work.runtime.timers, [this] { OnTimer(); }) {
  stats_.request_id = work.runtime.random.Id();
}

void Import::Advance() {
  if (upstream_call_ || complete_ || failed_) return;
  if (work_.Now() < retry_at_) return timer_.Set(retry_at_);
  Begin();
}

void Import::Begin() {
  // What an earlier attempt has brought may be incomplete.
  if (auto dropped = work_.jobs.DropItems(lease_); !dropped) {
    failed_ = true;
    return on_failure_(dropped.error());
  }
  splitter_.emplace(work_.options);
  line_.clear();
  too_long_ = false;
  items_.clear();
  complaints_.Clear();
  line_number_ = next_index_ = 0;
  item_bytes_ = 0;
  if (job_.cancelled != WallTime() || work_.WallNow() >= job_.expires) {
    Complain(job_.cancelled != WallTime()
                 ? InvalidField("input_file_id", "was not read: the batch was cancelled")
                 : InvalidField("input_file_id", "could not be read in time"));
    return Plan();
  }
  auto upstream = work_.runtime.router.ByName(job_.upstream);
  if (!upstream) {
    Complain(upstream.error());
    return Plan();
  }
  upstream::UpstreamCall::Request request;
  request.upstream = *upstream;
  request.method = "GET";
  request.path = "/files/";
  openai::AppendPercentEncoded(job_.input_file, request.path);
  request.path += "/content";
  request.accept = "*/*";
  request.use = upstream::Use::kBatches;
  request.max_bytes = static_cast<size_t>(work_.options.max_bytes) * 2;
  request.deadline = work_.Now() + work_.options.transfer_timeout;
  upstream::UpstreamCall::Observer& observer = *this;
  upstream_call_ =
      std::make_unique<upstream::UpstreamCall>(work_.runtime, std::move(request), stats_, observer);
  upstream_call_->Start();
}

bool Import::OnBody(std::string_view bytes) {
  while (!failed_ && !bytes.empty()) {
    const size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    too_long_ = too_long_ || line_.size() + piece.size() > MostLineBytes();
    if (!too_long_) line_ += piece;
    if (end == std::string_view::npos) break;
    TakeLine(line_);
    line_.clear();
    too_long_ = false;
    bytes.remove_prefix(end + 1);
  }
  return true;
}

size_t Import::MostLineBytes() const { return work_.options.max_item_bytes * 2; }

void Import::TakeLine(std::string_view line) {
  ++line_number_;
  if (complaints_.errors_size() >= kMostErrors) return;
  if (too_long_) {
    return Complain(InvalidField("line",
                                 "is longer than " + std::to_string(MostLineBytes()) + " bytes",
                                 v1::ERROR_REASON_REQUEST_TOO_LARGE));
  }
  if (line_number_ == 1) line = codec::WithoutByteOrderMark(line);
  if (Trim(line).empty()) return;
  auto read = ReadLine(line, job_.endpoint, work_.runtime.limits.json);
  if (!read) return Complain(read.error());
  auto facts = CheckBody(read->body, work_.runtime.limits.json);
  if (!facts) return Complain(facts.error(), read->custom_id);
  const auto bytes = static_cast<int64_t>(LineBytes(read->custom_id, job_.endpoint, read->body));
  if (auto allowed = CheckModel(facts->model); !allowed) {
    return Complain(allowed.error(), read->custom_id);
  }
  auto shard = splitter_->Add(stats_.upstream, facts->model, bytes, QueueTokens(read->body));
  if (!shard) return Complain(shard.error(), read->custom_id);
  if (work_.options.owned) {
    auto named = openai::OwnedInJson(read->body, stats_.upstream);
    if (!named) return Complain(named.error(), read->custom_id);
    if (auto own = CheckMayUse(work_.jobs, *named, job_.owner, *work_.options.owned); !own) {
      if (!store::IsStoreFailure(own.error())) return Complain(own.error(), read->custom_id);
      failed_ = true;
      return on_failure_(own.error());
    }
  }
  item_bytes_ += read->body.size();
  items_.push_back({std::move(read->custom_id), std::move(read->body), *shard});
  if (items_.size() >= kItemsPerFlush || item_bytes_ >= kBytesPerFlush) Flush();
}

// The lines go out as they are: the upstream's list of models and a strict catalogue hold for them
// as for calls. An alias is a name that callers may use, and means something where the gateway
// itself works the items off.
Result<void> Import::CheckModel(const std::string& model) const {
  const upstream::Router& router = work_.runtime.router;
  auto upstream = router.ByName(job_.upstream);
  if (!upstream) return upstream.error();
  auto allowed = router.ForSent(**upstream, model);
  if (allowed) return {};
  auto alias = router.ForModel(model);
  if (alias && alias->upstream == *upstream && alias->model != model) return {};
  return allowed.error();
}

bool Import::Flush() {
  if (items_.empty() || failed_) return !failed_;
  auto added = work_.jobs.AddItems(lease_.job, next_index_, items_);
  if (!added) {
    const v1::ErrorReason reason = added.error().reason;
    if (reason == v1::ERROR_REASON_DUPLICATE_ITEM ||
        reason == v1::ERROR_REASON_STORE_BUDGET_EXCEEDED) {
      Complain(added.error());
    } else {
      failed_ = true;
      on_failure_(added.error());
    }
  } else {
    next_index_ += static_cast<int64_t>(items_.size());
  }
  items_.clear();
  item_bytes_ = 0;
  return !failed_;
}

void Import::Complain(const Error& error, const std::string& custom_id) {
  if (complaints_.errors_size() >= kMostErrors) return;
  v1::BatchError& added = *complaints_.add_errors();
  added.set_code(std::string(ReasonName(error.reason)));
  added.set_custom_id(custom_id);
  // What the store says is of an earlier line.
  const auto id = error.metadata.find("custom_id");
  if (id != error.metadata.end()) added.set_custom_id(id->second);
  std::string where;
  if (line_number_ > 0 && id == error.metadata.end()) {
    where = "line " + std::to_string(line_number_);
  }
  if (!added.custom_id().empty()) {
    where += (where.empty() ? "item \"" : ", item \"") + added.custom_id() + '"';
  }
  added.set_message(where.empty() ? error.message : where + ": " + error.message);
}

void Import::OnEnd(std::optional<Error> error) {
  error_ = std::move(error);
  ended_ = true;
  timer_.Set(work_.Now());
}

void Import::OnTimer() {
  if (std::exchange(ended_, false)) {
    upstream_call_.reset();
    if (failed_) return;
    if (error_ && !IsRefusal(*error_)) return Retry(*error_);
    if (error_) {
      line_number_ = 0;
      Complain(*error_);
    } else {
      if (!line_.empty() || too_long_) TakeLine(line_);
      if (!Flush()) return;
    }
    Plan();
  }
  work_.notify();
}

void Import::Retry(const Error& error) {
  retry_at_ = work_.Now() + Backoff(work_.options.retry_min, work_.options.retry_max, ++failures_);
  work_.log.Event(telemetry::LogLevel::kWarning, "batch_step_failed",
                  {{"batch", job_.id},
                   {"state", std::string("import")},
                   {"reason", std::string(ReasonName(error.reason))},
                   {"failures", int64_t{failures_}}});
  timer_.Set(retry_at_);
}

// A file with a fault is refused as a whole, as upstream refuses it.
void Import::Plan() {
  shards_ = splitter_->shards();
  if (complaints_.errors_size() == 0 && shards_.empty()) {
    Complain(InvalidField("input_file_id", "has no lines"));
  }
  if (complaints_.errors_size() > 0) {
    store::Shard refused;
    refused.upstream = stats_.upstream.empty() ? job_.upstream : stats_.upstream;
    refused.state =
        job_.cancelled != WallTime() ? store::ShardState::kCancelled : store::ShardState::kFailed;
    refused.errors = complaints_.SerializeAsString();
    refused.ended = work_.WallNow();
    shards_ = {std::move(refused)};
    next_index_ = 0;
    if (auto dropped = work_.jobs.DropItems(lease_); !dropped) {
      failed_ = true;
      return on_failure_(dropped.error());
    }
  }
  store::Job planned = job_;
  planned.shards = shards_;
  if (auto done = work_.jobs.Plan(lease_, planned); !done) {
    failed_ = true;
    return on_failure_(done.error());
  }
  complete_ = true;
  work_.notify();
}

}  // namespace inferwire::batch
