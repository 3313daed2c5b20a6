// What an exchange tells of its work: to metrics, to the log, to calls that wait. Called on its
// thread; must not wait.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "limits/lease_store.h"

namespace inferwire::limits {

class ExchangeObserver {
 public:
  enum class Kind { kFlow, kStock, kRegister };
  enum class Outcome { kOk, kTimeout, kLate, kError };

  virtual ~ExchangeObserver() = default;

  // A statement, and how long it took.
  virtual void Exchanged(Kind /*kind*/, Outcome /*outcome*/, Duration /*took*/) {}
  // The store is reached again, or not any more, and why.
  virtual void Reached(bool /*reached*/, const std::string& /*why*/) {}
  virtual void Live(int /*replicas*/) {}
  // Leases came: calls that wait for them may look again.
  virtual void Granted() {}
  // Of all replicas this one has seen first that so much of a limit is used.
  virtual void Passed(const std::string& /*meter*/, int /*percent*/) {}
  // Spent beyond a limit, by this replica.
  virtual void Overrun(const std::string& /*meter*/, int64_t /*amount*/) {}
  // All that is in doubt, of all replicas.
  virtual void InDoubt(const std::vector<Doubt>& /*doubts*/) {}
};

}  // namespace inferwire::limits
