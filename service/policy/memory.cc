#include "policy/memory.h"

#include <string>

#include "policy/concurrency.h"

namespace inferwire::policy {

Result<void> Memory::Admit(Call& call) {
  if (budget_.Admits(call.caller)) return {};
  const bool all = budget_.level() == MemoryBudget::Level::kCritical;
  metrics_.Refused(all ? Shed::kMemory : Shed::kCallerMemory);
  Error error = Overloaded(all ? "the gateway holds as much for its calls as it may"
                               : "the gateway holds nearly as much for its calls as it may, and "
                                 "much of it for this caller");
  error.metadata["limit_bytes"] = std::to_string(budget_.limit());
  return error;
}

}  // namespace inferwire::policy
