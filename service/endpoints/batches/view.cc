#include "endpoints/batches/view.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>

#include "batch/typed_body.h"
#include "catalogue/price.h"
#include "codec/decode.h"
#include "endpoints/shared/answer_fields.h"
#include "openai/answer_usage.h"
#include "openai/whole_answer.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::Timestamp;

void SetTime(WallTime time, Timestamp& out) {
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  out = google::protobuf::util::TimeUtil::MillisecondsToTimestamp(millis);
}

v1::Batch::State StateOf(store::JobState state) {
  switch (state) {
    case store::JobState::kCollecting:
    case store::JobState::kQueued:
      return v1::Batch::STATE_QUEUED;
    case store::JobState::kInProgress:
      return v1::Batch::STATE_IN_PROGRESS;
    case store::JobState::kFinalizing:
      return v1::Batch::STATE_FINALIZING;
    case store::JobState::kCancelling:
      return v1::Batch::STATE_CANCELLING;
    case store::JobState::kCompleted:
      return v1::Batch::STATE_COMPLETED;
    case store::JobState::kFailed:
      return v1::Batch::STATE_FAILED;
    case store::JobState::kExpired:
      return v1::Batch::STATE_EXPIRED;
    case store::JobState::kCancelled:
      return v1::Batch::STATE_CANCELLED;
  }
  return v1::Batch::STATE_OTHER;
}

v1::BatchShard::State StateOf(store::ShardState state) {
  const int number = static_cast<int>(state);
  return v1::BatchShard::State_IsValid(number) ? static_cast<v1::BatchShard::State>(number)
                                               : v1::BatchShard::STATE_OTHER;
}
static_assert(static_cast<int>(store::ShardState::kQueued) == v1::BatchShard::STATE_QUEUED &&
              static_cast<int>(store::ShardState::kFinalizing) ==
                  v1::BatchShard::STATE_FINALIZING &&
              static_cast<int>(store::ShardState::kCancelled) == v1::BatchShard::STATE_CANCELLED);

// What is known of a shard's items: those whose results are here, or what upstream says while it
// works.
store::Counts Known(const store::Shard& shard) {
  store::Counts known = shard.counts;
  if (store::Ended(shard.state)) return known;
  known.succeeded = std::max(known.succeeded, shard.upstream_succeeded);
  known.failed = std::max(known.failed, shard.upstream_failed);
  return known;
}

void Fill(const store::Counts& counts, v1::BatchCounts& out) {
  out.set_total(counts.total);
  out.set_succeeded(counts.succeeded);
  out.set_failed(counts.failed);
  out.set_expired(counts.expired);
  out.set_cancelled(counts.cancelled);
}

void Fill(const store::Tokens& tokens, v1::Usage& out) {
  out.set_input_tokens(tokens.input);
  out.set_output_tokens(tokens.output);
  out.set_total_tokens(tokens.input + tokens.output);
  out.mutable_input_details()->set_cached_tokens(tokens.cached);
  out.mutable_output_details()->set_reasoning_tokens(tokens.reasoning);
}

// What was stored before costs were kept with their parts has only the numbers.
void FillCost(const store::Shard& shard, v1::Cost& out) {
  constexpr char kUnknownReason[] = "MODEL_NOT_PRICED";
  if (!shard.cost.empty()) {
    out.ParseFromString(shard.cost);
    return;
  }
  const store::Tokens& usage = shard.usage;
  if (usage.unpriced > 0) (*out.mutable_unpriced_items())[kUnknownReason] = usage.unpriced;
  if (usage.unpriced < usage.answers) {
    out.set_total_picousd(usage.picousd);
  } else {
    out.set_unpriced_reason(kUnknownReason);
  }
}

void FillShard(const store::Shard& shard, v1::BatchShard& out) {
  out.ParseFromString(shard.errors);
  out.set_index(shard.index);
  out.set_state(StateOf(shard.state));
  out.set_upstream(shard.upstream);
  out.set_model(shard.model);
  out.set_upstream_batch_id(shard.batch);
  Fill(Known(shard), *out.mutable_counts());
  out.set_results_ready(shard.counts.succeeded + shard.counts.failed + shard.counts.expired +
                        shard.counts.cancelled);
  if (shard.usage.answers > 0) {
    Fill(shard.usage, *out.mutable_usage());
    FillCost(shard, *out.mutable_cost());
  }
  out.set_input_bytes(shard.bytes);
  out.set_queue_tokens(shard.tokens);
  if (shard.submitted != WallTime()) SetTime(shard.submitted, *out.mutable_submit_time());
  if (shard.ended != WallTime()) SetTime(shard.ended, *out.mutable_end_time());
}

// False: it is not what this endpoint answers.
bool ReadAnswer(std::string_view json, const batch::TypedBody& typed,
                const codec::JsonLimits& limits, v1::BatchResult& result) {
  google::protobuf::Message& answer =
      *result.GetReflection()->MutableMessage(&result, &typed.result_field());
  if (!codec::FromJson(json, answer, limits)) return false;
  if (result.has_response()) FillOutputText(*result.mutable_response());
  FillUsage(answer);
  return true;
}

}  // namespace

v1::Batch ToProto(const store::Job& job, std::chrono::milliseconds retention, bool with_shards) {
  constexpr int kMostErrors = 100;
  v1::Batch batch;
  v1::BatchHeader header;
  header.ParseFromString(job.metadata);
  batch.mutable_metadata()->swap(*header.mutable_metadata());
  batch.set_batch_id(job.id);
  batch.set_state(StateOf(job.state));
  batch.set_endpoint(job.endpoint);
  batch.set_completion_window(job.window);
  batch.set_request_id(job.request_id);
  store::Counts counts;
  store::Tokens usage;
  for (const store::Shard& shard : job.shards) {
    const store::Counts known = Known(shard);
    counts.succeeded += known.succeeded;
    counts.failed += known.failed;
    counts.expired += known.expired;
    counts.cancelled += known.cancelled;
    usage.input += shard.usage.input;
    usage.output += shard.usage.output;
    usage.cached += shard.usage.cached;
    usage.reasoning += shard.usage.reasoning;
    usage.answers += shard.usage.answers;
    v1::BatchShard out;
    FillShard(shard, out);
    if (out.has_cost()) catalogue::AddCost(out.cost(), *batch.mutable_cost());
    for (const v1::BatchError& error : out.errors()) {
      if (batch.errors_size() < kMostErrors) *batch.add_errors() = error;
    }
    if (with_shards) *batch.add_shards() = std::move(out);
  }
  counts.total = job.items;
  batch.set_results_ready(job.results);
  Fill(counts, *batch.mutable_counts());
  if (usage.answers > 0) {
    Fill(usage, *batch.mutable_usage());
  }
  SetTime(job.created, *batch.mutable_create_time());
  if (job.started != WallTime()) SetTime(job.started, *batch.mutable_start_time());
  if (job.cancelled != WallTime()) SetTime(job.cancelled, *batch.mutable_cancel_time());
  if (job.ended != WallTime()) {
    SetTime(job.ended, *batch.mutable_end_time());
    SetTime(job.ended + retention, *batch.mutable_delete_time());
  }
  return batch;
}

Result<void> ToProto(const store::StoredResult& stored, const std::string& endpoint,
                     const codec::JsonLimits& limits, v1::BatchResult& result) {
  result.set_custom_id(stored.custom_id);
  result.set_shard(stored.shard);
  result.set_http_status(stored.http_status);
  result.set_upstream_request_id(stored.upstream_request_id);
  result.set_next_offset(stored.sequence + 1);
  if (stored.outcome != store::ItemOutcome::kSucceeded) {
    result.mutable_error()->ParseFromString(stored.body);
    return {};
  }
  if (!stored.cost.empty()) {
    result.mutable_cost()->ParseFromString(stored.cost);
  } else if (stored.picousd) {
    result.mutable_cost()->set_total_picousd(*stored.picousd);
  }
  if (endpoint == batch::kChatEndpoint) {
    v1::ChatCompletion& completion = *result.mutable_chat_completion();
    if (auto read = codec::FromJson(stored.body, completion, limits); !read) return read;
    openai::AnswerUsage().See(completion);  // as a call has it
    openai::CompleteMessages(completion);
    return {};
  }
  const batch::TypedBody* const typed = batch::TypedBodyOf(endpoint);
  if (!typed || !ReadAnswer(stored.body, *typed, limits, result)) result.set_raw_json(stored.body);
  return {};
}

Error NoSuchBatch() {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "there is no batch of this id";
  error.resource = Error::Resource{"batch", ""};
  return error;
}

}  // namespace inferwire::endpoints
