#include "policy/memory/memory.h"

#include <string>

#include "policy/concurrency/concurrency.h"

namespace inferwire::policy {

Result<void> Memory::Admit(Call& call) {
  if (budget_.HasRoomFor(call.priority) && budget_.Admits(call.caller)) return {};
  const bool all = budget_.level() == gateway::MemoryBudget::Level::kCritical;
  const bool late = !all && !budget_.HasRoomFor(call.priority);
  metrics_.Refused(all    ? telemetry::Shed::kMemory
                   : late ? telemetry::Shed::kLowPriority
                          : telemetry::Shed::kCallerMemory);
  Error error = Overloaded(all    ? "the gateway holds as much for its calls as it may"
                           : late ? "the gateway holds nearly as much for its calls as it may; " +
                                        std::string(Name(call.priority)) + " calls have to wait"
                                  : "the gateway holds nearly as much for its calls as it may, and "
                                    "much of it for this caller");
  error.metadata["limit_bytes"] = std::to_string(budget_.limit());
  return error;
}

}  // namespace inferwire::policy
