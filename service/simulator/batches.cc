#include "simulator/batches.h"

#include <algorithm>
#include <numeric>

#include "simulator/batch_request.h"
#include "simulator/paging.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualPage = 20, kMaxPage = 100;
constexpr std::chrono::hours kWindow{24};
constexpr std::chrono::seconds kOutputLife{2'592'000};

WallTime Later(WallTime time, std::chrono::duration<double, std::milli> by) {
  return time + std::chrono::duration_cast<WallTime::duration>(by);
}

std::string HexId(Random& random) {
  std::string id;
  for (int i = 0; i < 32; ++i) id += "0123456789abcdef"[random.Below(16)];
  return id;
}

std::string Grouped(int64_t number) {
  std::string text = std::to_string(number);
  for (size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

ApiError BatchNotFound(std::string_view id) {
  ApiError error = BadRequest("No batch found with id '" + std::string(id) + "'.", {}, {});
  error.status = 404;
  return error;
}

void Arrange(Batch& batch, uint64_t seed) {
  BatchWork& work = *batch.work;
  work.order.resize(work.begins.size());
  std::iota(work.order.begin(), work.order.end(), 0);
  if (batch.script.order == BatchScript::Order::kReverse) {
    std::reverse(work.order.begin(), work.order.end());
  } else if (batch.script.order == BatchScript::Order::kShuffled) {
    Random random(Hash(batch.id, seed));
    for (size_t i = work.order.size(); i > 1; --i) {
      std::swap(work.order[i - 1], work.order[random.Below(i)]);
    }
  }
}

}  // namespace

Batches::Batches(const Options& options, const VirtualClock& clock, Rulebook& rules,
                 StatsBoard& stats, Files& files)
    : options_(options),
      clock_(clock),
      rules_(rules),
      stats_(stats),
      files_(files),
      ids_(Hash("batches", options.seed)) {}

std::string Batches::FirstModel(const Json& request) {
  const auto id = request.find("input_file_id");
  if (id == request.end() || !id->is_string()) return "";
  const StoredFile* file = files_.Find(id->get<std::string>());
  if (file == nullptr) return "";
  LineReader lines(*file->content, 0);
  std::string line;
  if (!lines.Next(line, kMaxItemBytes)) return "";
  const Json item = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!item.is_object() || !item.contains("body") || !item["body"].is_object()) return "";
  const auto model = item["body"].find("model");
  return model != item["body"].end() && model->is_string() ? model->get<std::string>() : "";
}

std::optional<ApiError> Batches::Create(const Json& request, const BatchScript& script,
                                        std::string& body) {
  auto batch = std::make_unique<Batch>();
  if (auto error = ReadBatch(request, *batch)) return error;
  if (batches_.size() >= options_.max_batches) return ErrorOfStatus(429, "", "batches");
  const StoredFile* file = files_.Find(batch->input_file_id);
  if (file == nullptr) return Files::NotFound(batch->input_file_id);
  if (file->purpose != "batch") {
    return BadRequest("The file " + file->id + " was not uploaded with the purpose 'batch'.",
                      "input_file_id", "invalid_value");
  }
  batch->id = "batch_" + HexId(ids_);
  batch->script = script;
  batch->created = clock_.Now();
  batch->expires = batch->created + kWindow;
  batch->work = std::make_unique<BatchWork>(file->content);
  batches_.push_back(std::move(batch));
  stats_.Update([](Stats& stats) { ++stats.batches_created; });
  body = Dump(ToJson(*batches_.back()));
  wake_();
  return std::nullopt;
}

Batch* Batches::Find(std::string_view id) {
  for (const auto& batch : batches_) {
    if (batch->id == id) return batch.get();
  }
  return nullptr;
}

std::optional<ApiError> Batches::Get(std::string_view id, std::string& body) {
  const Batch* batch = Find(id);
  if (batch == nullptr) return BatchNotFound(id);
  body = Dump(ToJson(*batch));
  return std::nullopt;
}

std::optional<ApiError> Batches::Cancel(std::string_view id, std::string& body) {
  Batch* batch = Find(id);
  if (batch == nullptr) return BatchNotFound(id);
  if (IsFinal(batch->state)) {
    ApiError error = BadRequest(
        "Cannot cancel a batch with status '" + std::string(NameOf(batch->state)) + "'.", {}, {});
    error.status = 409;
    return error;
  }
  if (batch->state != BatchState::kCancelling) {
    batch->state = BatchState::kCancelling;
    batch->last = BatchState::kCancelled;
    batch->cancelling = clock_.Now();
    batch->work->goal = batch->work->done;
    wake_();
  }
  body = Dump(ToJson(*batch));
  return std::nullopt;
}

std::optional<ApiError> Batches::List(std::string_view target, Duration lag, std::string& body) {
  Page page;
  if (auto error = ReadPage(target, kUsualPage, kMaxPage, page)) return error;
  const WallTime newest = clock_.Now() - std::chrono::duration_cast<WallTime::duration>(lag);
  body = ListBody(
      batches_, page, [&](const Batch& batch) { return batch.created <= newest; }, &ToJson);
  return std::nullopt;
}

void Batches::Update() {
  bool work = false;
  for (const auto& batch : batches_) {
    Advance(*batch);
    work = work || HasWork(*batch);
  }
  if (work) wake_();
}

void Batches::Advance(Batch& batch) {
  if (IsFinal(batch.state)) return;
  const WallTime now = clock_.Now();
  const BatchScript& script = batch.script;
  if (batch.state == BatchState::kValidating) {
    const WallTime at = Later(batch.created, script.validation);
    if (!batch.work->checked || now < at) return;
    EndValidation(batch, at);
  }
  if (batch.state == BatchState::kInProgress) SetGoal(batch, now);
  const bool skipped = !HasWork(batch);
  if (batch.state == BatchState::kFinalizing && skipped) {
    const WallTime at = Later(*batch.finalizing, script.finalizing);
    if (now >= at) EndRun(batch, batch.last, at);
  } else if (batch.state == BatchState::kCancelling && skipped) {
    const WallTime at = Later(*batch.cancelling, script.cancelling);
    if (now >= at) EndRun(batch, BatchState::kCancelled, at);
  }
}

void Batches::EndValidation(Batch& batch, WallTime at) {
  BatchWork& work = *batch.work;
  const auto limit = QueueLimit(work.model);
  if (!batch.script.fail.empty()) {
    Fail(batch, {batch.script.fail, "The batch failed its validation.", {}, {}});
  } else if (batch.faults.empty() && limit && Enqueued(work.model) + work.prompt_tokens > *limit) {
    Fail(batch, {"token_limit_exceeded",
                 "Enqueued token limit reached for " + work.model +
                     " in organization org-simulator. Limit: " + Grouped(*limit) +
                     " enqueued tokens. Please try again once some in_progress batches have been "
                     "completed.",
                 {},
                 {}});
  }
  if (!batch.faults.empty()) return End(batch, BatchState::kFailed, at);
  const Model* model = FindModel(work.model);
  batch.model = model != nullptr ? std::string(model->snapshot) : work.model;
  batch.total = static_cast<int64_t>(work.begins.size());
  batch.enqueued_tokens = work.prompt_tokens;
  batch.state = BatchState::kInProgress;
  batch.in_progress = at;
  Arrange(batch, options_.seed);
}

// How many items could be executed by now; after the last one, or when time is up, the run ends.
void Batches::SetGoal(Batch& batch, WallTime now) {
  BatchWork& work = *batch.work;
  const BatchScript& script = batch.script;
  const auto run = std::chrono::duration<double, std::milli>(script.run);
  const WallTime done = Later(*batch.in_progress, run);
  if (script.expire) {
    batch.expires = std::min(batch.expires, Later(*batch.in_progress, run * *script.expire));
  }
  const bool cut = batch.expires < done || script.expire;
  const WallTime end = cut ? batch.expires : done;
  const WallTime present = std::min(now, end);
  double share = 1;
  if (script.expire && run.count() == 0) {
    share = *script.expire;
  } else if (present < done) {
    share = std::chrono::duration<double, std::milli>(present - *batch.in_progress) / run;
  }
  const auto all = static_cast<double>(work.order.size());
  work.goal = std::max(work.done, static_cast<size_t>(std::max(0.0, share) * all + 1e-6));
  if (now < end || work.done < work.goal) return;
  batch.state = BatchState::kFinalizing;
  batch.last = cut ? BatchState::kExpired : BatchState::kCompleted;
  batch.finalizing = end;
}

void Batches::EndRun(Batch& batch, BatchState last, WallTime at) {
  BatchWork& work = *batch.work;
  const bool stored = !work.disk_full && Seal(batch, work.output, "output", batch.output_file_id) &&
                      Seal(batch, work.errors, "error", batch.error_file_id);
  if (!stored) {
    Fail(batch, {"server_error", "The results could not be stored.", {}, {}});
    last = BatchState::kFailed;
  }
  End(batch, last, at);
}

void Batches::End(Batch& batch, BatchState last, WallTime at) {
  batch.state = last;
  batch.ended = at;
  batch.work.reset();
  stats_.Update([](Stats& stats) { ++stats.batches_ended; });
}

bool Batches::Seal(Batch& batch, const std::shared_ptr<Content>& content, const char* kind,
                   std::string& id) {
  if (!content) return true;
  const auto life =
      batch.output_expires_after ? std::chrono::seconds(*batch.output_expires_after) : kOutputLife;
  StoredFile file{.filename = batch.id + "_" + kind + ".jsonl",
                  .purpose = "batch_output",
                  .content = content,
                  .expires = clock_.Now() + life};
  return !files_.Add(std::move(file), id);
}

std::optional<int64_t> Batches::QueueLimit(const std::string& model) const {
  if (options_.limits.batch_queue_tokens) return options_.limits.batch_queue_tokens;
  if (!options_.enforce_limits) return std::nullopt;
  const auto limits = LimitsOf(model, options_.tier);
  return limits ? limits->batch_queue_tokens : 0;
}

int64_t Batches::Enqueued(const std::string& model) const {
  int64_t tokens = 0;
  for (const auto& batch : batches_) {
    const bool holds = batch->work && batch->state != BatchState::kValidating;
    if (holds && batch->work->model == model) tokens += batch->enqueued_tokens;
  }
  return tokens;
}

}  // namespace inferwire::simulator
