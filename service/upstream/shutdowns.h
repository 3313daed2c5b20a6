// What becomes of calls for models that have ended, as the operator wants it. Plain values.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace inferwire::upstream {

enum class OnShutdown {
  kWarn,    // they are sent as ever, and the answer says so
  kMove,    // they go where calls for the replacement go
  kRefuse,  // MODEL_ENDED
};

struct Shutdown {
  OnShutdown action = OnShutdown::kWarn;
  std::string replacement;       // empty: the catalogue's
  std::optional<WallTime> from;  // unset: from the model's shutdown date on
};

struct Shutdowns {
  OnShutdown others = OnShutdown::kWarn;  // of names that have no entry
  // By the name that is asked for: a model's, an alias or a route's.
  std::map<std::string, Shutdown, std::less<>> by_name;

  // Nothing but warnings: no call has to look.
  bool only_warn() const { return others == OnShutdown::kWarn && by_name.empty(); }
};

}  // namespace inferwire::upstream
