// What the request of a stream says of the stream itself. Pure.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/message.h>

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::endpoints {

// Unset: none; else at least a second.
Result<std::optional<Duration>> CheckHeartbeat(bool has, const google::protobuf::Duration& interval,
                                               std::string_view field = "heartbeat_interval");

// Of a request, or a form's header, with options and heartbeat_interval. A raw response is refused.
Result<std::optional<Duration>> HeartbeatOf(const google::protobuf::Message& request);

}  // namespace inferwire::endpoints
