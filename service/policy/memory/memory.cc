#include "policy/memory/memory.h"

#include <string>
#include <utility>

#include "policy/concurrency/concurrency.h"

namespace inferwire::policy {

Error Memory::Refuse(telemetry::Shed bound, std::string message) const {
  metrics_.Refused(bound);
  Error error = Overloaded(std::move(message));
  error.metadata["limit_bytes"] = std::to_string(budget_.limit());
  return error;
}

Result<void> Memory::Admit(Call& call) {
  if (!budget_.HasRoomFor(gateway::Priority::kInteractive)) {
    return Refuse(telemetry::Shed::kMemory, "the gateway holds as much for its calls as it may");
  }
  if (!budget_.HasRoomFor(call.priority)) {
    return Refuse(telemetry::Shed::kLowPriority,
                  "the gateway holds nearly as much for its calls as it may; " +
                      std::string(Name(call.priority)) + " calls have to wait");
  }
  if (!budget_.Admits(call.caller)) {
    return Refuse(telemetry::Shed::kCallerMemory,
                  "the gateway holds nearly as much for its calls as it may, and much of it for "
                  "this caller");
  }
  return {};
}

}  // namespace inferwire::policy
