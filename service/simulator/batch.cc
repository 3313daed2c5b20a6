#include "simulator/batch.h"

namespace inferwire::simulator {
namespace {

Json Text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json Seconds(const std::optional<WallTime>& time) {
  return time ? Json(UnixSeconds(*time)) : Json(nullptr);
}

Json FaultsJson(const std::vector<BatchFault>& faults) {
  if (faults.empty()) return nullptr;
  Json data = Json::array();
  for (const BatchFault& fault : faults) {
    data.push_back({{"code", fault.code},
                    {"message", fault.message},
                    {"param", fault.param ? Json(*fault.param) : Json(nullptr)},
                    {"line", fault.line ? Json(*fault.line) : Json(nullptr)}});
  }
  return {{"object", "list"}, {"data", std::move(data)}};
}

}  // namespace

std::string_view NameOf(BatchState state) {
  switch (state) {
    case BatchState::kValidating:
      return "validating";
    case BatchState::kFailed:
      return "failed";
    case BatchState::kInProgress:
      return "in_progress";
    case BatchState::kFinalizing:
      return "finalizing";
    case BatchState::kCompleted:
      return "completed";
    case BatchState::kExpired:
      return "expired";
    case BatchState::kCancelling:
      return "cancelling";
    case BatchState::kCancelled:
      return "cancelled";
  }
  return "";
}

bool IsFinal(BatchState state) {
  return state == BatchState::kFailed || state == BatchState::kCompleted ||
         state == BatchState::kExpired || state == BatchState::kCancelled;
}

Json ToJson(const Batch& batch) {
  const auto ended = [&](BatchState state) {
    return batch.state == state ? Seconds(batch.ended) : Json(nullptr);
  };
  return {{"id", batch.id},
          {"object", "batch"},
          {"endpoint", batch.endpoint},
          {"model", Text(batch.model)},
          {"errors", FaultsJson(batch.faults)},
          {"input_file_id", batch.input_file_id},
          {"completion_window", batch.window},
          {"status", NameOf(batch.state)},
          {"output_file_id", Text(batch.output_file_id)},
          {"error_file_id", Text(batch.error_file_id)},
          {"created_at", UnixSeconds(batch.created)},
          {"in_progress_at", Seconds(batch.in_progress)},
          {"expires_at", UnixSeconds(batch.expires)},
          {"finalizing_at", Seconds(batch.finalizing)},
          {"completed_at", ended(BatchState::kCompleted)},
          {"failed_at", ended(BatchState::kFailed)},
          {"expired_at", ended(BatchState::kExpired)},
          {"cancelling_at", Seconds(batch.cancelling)},
          {"cancelled_at", ended(BatchState::kCancelled)},
          {"request_counts",
           {{"total", batch.total}, {"completed", batch.completed}, {"failed", batch.failed}}},
          {"usage",
           {{"input_tokens", batch.tokens.input},
            {"input_tokens_details", {{"cached_tokens", 0}, {"cache_write_tokens", 0}}},
            {"output_tokens", batch.tokens.output},
            {"output_tokens_details", {{"reasoning_tokens", batch.tokens.reasoning}}},
            {"total_tokens", batch.tokens.input + batch.tokens.output}}},
          {"metadata", batch.metadata}};
}

}  // namespace inferwire::simulator
