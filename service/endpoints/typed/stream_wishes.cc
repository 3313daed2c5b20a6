#include "endpoints/typed/stream_wishes.h"

#include <chrono>

#include "gateway/call_options.h"
#include "inferwire/v1/common.pb.h"

namespace inferwire::endpoints {

Result<std::optional<Duration>> CheckHeartbeat(bool has, const google::protobuf::Duration& interval,
                                               std::string_view field) {
  if (!has) return std::optional<Duration>();
  auto checked = gateway::CheckDuration(interval, field);
  if (!checked) return checked.error();
  if (*checked < std::chrono::seconds(1)) return InvalidField(field, "must be at least 1 s");
  return std::optional<Duration>(*checked);
}

Result<std::optional<Duration>> HeartbeatOf(const google::protobuf::Message& request) {
  const auto& reflection = *request.GetReflection();
  const auto* const options = request.GetDescriptor()->FindFieldByName("options");
  if (static_cast<const v1::CallOptions&>(reflection.GetMessage(request, options))
          .include_raw_response()) {
    return InvalidField("options.include_raw_response", "is for unary calls only");
  }
  const auto* const interval = request.GetDescriptor()->FindFieldByName("heartbeat_interval");
  return CheckHeartbeat(
      reflection.HasField(request, interval),
      static_cast<const google::protobuf::Duration&>(reflection.GetMessage(request, interval)));
}

}  // namespace inferwire::endpoints
