#pragma once

namespace inferwire::limits {

// What shared limits are while the store is not reached.
enum class StoreDown {
  kLocal,  // each replica keeps to its part
  kDeny,   // only what was lent is used
  kAllow,  // they are not kept
};

}  // namespace inferwire::limits
