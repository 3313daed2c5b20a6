// What came of taking from a meter. Little of a limit that is left is told by whoever takes, who
// knows it then: the calls of limits that are far away ask nothing more.
#pragma once

namespace inferwire::limits {

// Of what may be used, from which on callers are told of a limit.
inline constexpr double kNearlyUsed = 0.8;

struct Took {
  bool taken = false;
  bool nearly_used = false;  // kNearlyUsed or more is, now

  explicit operator bool() const { return taken; }
};

}  // namespace inferwire::limits
