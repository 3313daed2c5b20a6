#include "store/job.h"

namespace inferwire::store {

std::string_view Name(JobState state) {
  switch (state) {
    case JobState::kCollecting:
      return "collecting";
    case JobState::kQueued:
      return "queued";
    case JobState::kInProgress:
      return "in_progress";
    case JobState::kFinalizing:
      return "finalizing";
    case JobState::kCancelling:
      return "cancelling";
    case JobState::kCompleted:
      return "completed";
    case JobState::kFailed:
      return "failed";
    case JobState::kExpired:
      return "expired";
    case JobState::kCancelled:
      return "cancelled";
  }
  return "other";
}

std::string_view Name(ShardState state) {
  switch (state) {
    case ShardState::kQueued:
      return "queued";
    case ShardState::kPrepared:
      return "prepared";
    case ShardState::kUploaded:
      return "uploaded";
    case ShardState::kSubmitted:
      return "submitted";
    case ShardState::kInProgress:
      return "in_progress";
    case ShardState::kFinalizing:
      return "finalizing";
    case ShardState::kDone:
      return "done";
    case ShardState::kFailed:
      return "failed";
    case ShardState::kExpired:
      return "expired";
    case ShardState::kCancelled:
      return "cancelled";
  }
  return "other";
}

}  // namespace inferwire::store
