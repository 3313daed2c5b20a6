// A shard's way to the upstream: the input file, then the batch. What may have been done already is
// looked for before it is done again.
#include <algorithm>
#include <utility>

#include "batch/refusal.h"
#include "batch/shard_run.h"
#include "codec/json_write.h"
#include "inferwire/v1/batches_service.pb.h"
#include "openai/path_segment.h"

namespace inferwire::batch {
namespace {

using store::ShardState;

constexpr std::string_view kFilesPage = "/files?purpose=batch&limit=1000";
constexpr std::string_view kBatchesPage = "/batches?limit=100";
// Upstream's clock and ours may differ.
constexpr std::chrono::hours kClockMargin{1};

std::string PagePath(std::string_view page, const std::string& after) {
  std::string path(page);
  if (after.empty()) return path;
  path += "&after=";
  openai::AppendPercentEncoded(after, path);
  return path;
}

bool Before(int64_t unix_seconds, WallTime time) {
  return unix_seconds > 0 && WallTime(std::chrono::seconds(unix_seconds)) < time - kClockMargin;
}

}  // namespace

// --- The input file
// -------------------------------------------------------------------------------

void ShardRun::AdvancePrepared() {
  if (unwanted()) return EndUnwanted();
  if (!shard_.input_file.empty()) {
    // It was there before upstream's queue was full.
    shard_.state = ShardState::kUploaded;
    if (Save()) Advance();
    return;
  }
  if (!fresh_) return LookForFile("");
  StartUpload();
}

void ShardRun::LookForFile(const std::string& after) {
  Call("GET", PagePath(kFilesPage, after), "", &ShardRun::OnFiles, /*repeatable=*/true);
}

void ShardRun::OnFiles(Result<std::string>& answer) {
  if (!answer) return Later(answer.error());
  auto files = ReadFiles(*answer, work_.runtime.limits.json);
  if (!files) return Later(files.error());
  failures_ = 0;
  for (const UpstreamFile& file : files->data) {
    if (file.name != FileName() || file.bytes != shard_.bytes) continue;
    shard_.input_file = file.id;
    shard_.state = ShardState::kUploaded;
    Save();
    return;
  }
  // The newest come first.
  const bool older =
      !files->data.empty() && Before(files->data.back().created, owner_.job().created);
  if (files->has_more && !files->data.empty() && !older && !unwanted()) {
    return LookForFile(files->data.back().id);
  }
  fresh_ = true;
}

void ShardRun::StartUpload() {
  if (!work_.transfers.Take()) return;  // kicked when there is a place
  has_place_ = true;
  fresh_ = false;
  upload_ = std::make_unique<Upload>(work_, *upstream(), owner_.job().number, shard_,
                                     owner_.job().endpoint, FileName(), [this] {
                                       step_ended_ = true;
                                       timer_.Set(work_.Now());
                                     });
  upload_->Start();
}

void ShardRun::OnUploaded() {
  const auto upload = std::move(upload_);
  Result<std::string>& answer = upload->answer();
  if (upload->store_failed()) return owner_.GiveUp(answer.error());
  if (!answer) {
    reached_ = {upload->stats().http_status, upload->stats().reached_upstream};
    if (GoElsewhere(answer.error(), /*surely=*/false)) return;
    if (IsRefusal(answer.error())) return Refused(answer.error());
    return Later(answer.error());
  }
  auto file = ReadFile(*answer, work_.runtime.limits.json);
  if (!file) return Later(file.error());
  failures_ = 0;
  shard_.input_file = file->id;
  shard_.state = ShardState::kUploaded;
  Save();
}

// --- The batch
// ------------------------------------------------------------------------------------

void ShardRun::AdvanceUploaded() {
  if (shard_.post_began) {
    found_.clear();
    return LookForBatch("");
  }
  if (unwanted()) return EndUnwanted();
  // The outbox: what is about to be posted is in the store before.
  shard_.post_began = true;
  if (Save()) Post();
}

std::string ShardRun::PostBody() const {
  std::string body = R"({"input_file_id":)";
  codec::AppendQuoted(body, shard_.input_file);
  body += R"(,"endpoint":)";
  codec::AppendQuoted(body, owner_.job().endpoint);
  body += R"(,"completion_window":)";
  codec::AppendQuoted(body, owner_.job().window);
  body += R"(,"metadata":{)";
  v1::BatchHeader header;
  header.ParseFromString(owner_.job().metadata);
  header.mutable_metadata()->insert({std::string(kJobKey), owner_.job().id});
  header.mutable_metadata()->insert({std::string(kShardKey), std::to_string(shard_.index)});
  header.mutable_metadata()->insert({std::string(kPostKey), std::to_string(shard_.posts)});
  bool first = true;
  for (const auto& [key, value] : header.metadata()) {
    if (!std::exchange(first, false)) body += ',';
    codec::AppendQuoted(body, key);
    body += ':';
    codec::AppendQuoted(body, value);
  }
  return body += "}}";
}

void ShardRun::Post() {
  looks_ = 0;
  Call("POST", "/batches", PostBody(), &ShardRun::OnPosted, /*repeatable=*/false);
}

void ShardRun::OnPosted(Result<std::string>& answer) {
  if (!answer) {
    const Error& error = answer.error();
    if (GoElsewhere(error, /*surely=*/true)) return;
    if (IsRefusal(error)) return Refused(error);
    moves_after_look_ =
        target_.After(error, reached_, /*surely=*/false) == ShardTarget::Where::kNextTarget;
    if (error.safe_to_retry) {
      // Upstream has said that it did nothing, or nothing reached it.
      shard_.post_began = false;
      if (!Save()) return;
    }
    return Later(error);
  }
  auto batch = ReadBatch(*answer, work_.runtime.limits.json);
  if (!batch) return Later(batch.error());  // perhaps it is there: the list will show it
  failures_ = 0;
  shard_.batch = batch->id;
  shard_.state = ShardState::kSubmitted;
  shard_.submitted = work_.WallNow();
  work_.metrics.Submitted(shard_.upstream);
  if (Save()) Wait(poll_delay_ = work_.options.poll_min);
}

void ShardRun::LookForBatch(const std::string& after) {
  Call("GET", PagePath(kBatchesPage, after), "", &ShardRun::OnBatches, /*repeatable=*/true);
}

void ShardRun::OnBatches(Result<std::string>& answer) {
  if (!answer) return Later(answer.error());
  auto batches = ReadBatches(*answer, work_.runtime.limits.json);
  if (!batches) return Later(batches.error());
  failures_ = 0;
  const std::string last = batches->data.empty() ? "" : batches->data.back().id;
  const bool older = !last.empty() && Before(batches->data.back().created, owner_.job().created);
  for (UpstreamBatch& batch : batches->data) {
    if (batch.job != owner_.job().id || batch.shard != std::to_string(shard_.index) ||
        batch.post != std::to_string(shard_.posts)) {
      continue;
    }
    found_.push_back(std::move(batch));
  }
  if (batches->has_more && !last.empty() && !older) return LookForBatch(last);
  EndLook();
}

void ShardRun::EndLook() {
  if (!found_.empty()) {
    // Two can only come from a list that lagged behind for longer than we waited: the older one is
    // kept. The newest come first.
    if (found_.size() > 1) {
      spare_ = found_.front().id;
      work_.log.Event(telemetry::LogLevel::kError, "batch_duplicate",
                      {{"batch", owner_.job().id}, {"shard", int64_t{shard_.index}}});
      return Call("POST", "/batches/" + spare_ + "/cancel", "", &ShardRun::OnSpareCancelled,
                  /*repeatable=*/true);
    }
    shard_.batch = found_.back().id;
    shard_.state = ShardState::kSubmitted;
    shard_.submitted = work_.WallNow();
    work_.metrics.Submitted(shard_.upstream);
    Save();
    return;
  }
  if (++looks_ < work_.options.reconcile_looks) return Wait(work_.options.reconcile_wait);
  looks_ = 0;
  if (std::exchange(moves_after_look_, false) && GoToNextTarget("UPSTREAM_ERROR")) return;
  shard_.post_began = false;
  Save();
}

void ShardRun::OnSpareCancelled(Result<std::string>& answer) {
  if (!answer && !IsTooLateToCancel(answer.error())) return Later(answer.error());
  found_.erase(found_.begin());
  EndLook();
}

}  // namespace inferwire::batch
