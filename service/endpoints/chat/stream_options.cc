#include "endpoints/chat/stream_options.h"

#include <chrono>

#include "codec/encode.h"
#include "gateway/call_options.h"

namespace inferwire::endpoints {

Result<StreamPlan> CheckStreamOptions(const v1::StreamOptions& options) {
  StreamPlan plan;
  if (auto known = codec::RefuseUnknownFields(options); !known) {
    return InvalidField("stream", known.error().message, v1::ERROR_REASON_UNKNOWN_PROTO_FIELD);
  }
  plan.accumulate = options.accumulate();
  if (options.has_heartbeat_interval()) {
    auto interval =
        gateway::CheckDuration(options.heartbeat_interval(), "stream.heartbeat_interval");
    if (!interval) return interval.error();
    if (*interval < std::chrono::seconds(1)) {
      return InvalidField("stream.heartbeat_interval", "must be at least 1 s");
    }
    plan.heartbeat = *interval;
  }
  return plan;
}

}  // namespace inferwire::endpoints
