// The chain through the events of one writer of the audit trail: each event's is the SHA-256 of the
// chain before and of the event, so that whoever changes or takes out one has to write all later
// ones anew, whose chains stand in logs and elsewhere.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "store/directory.h"

namespace inferwire::store {

// before: the chain of the event before of the same writer; empty for its first.
std::string ChainOf(std::string_view before, const AuditRow& event);

// Where a trail is not as it was written.
struct AuditFault {
  std::string writer;
  int64_t sequence = 0;  // of the first event that does not follow from the one before
  enum class Kind { kMissing, kChanged } kind = Kind::kChanged;
};

// Goes through events of any writers, of each in the order of its numbers. The first one of a
// writer is taken as it is unless its number is 1: earlier ones may have been swept. The last
// events of a writer can be gone without a trace here; its log lines have their chains.
class AuditCheck {
 public:
  struct Last {
    int64_t sequence = 0;
    std::string chain;
  };

  // What is wrong with this one, if anything; the next one is held against it as it is.
  std::optional<AuditFault> Add(const AuditRow& event);
  int64_t events() const { return events_; }
  // Of each writer.
  const std::map<std::string, Last, std::less<>>& last() const { return last_; }

 private:
  std::map<std::string, Last, std::less<>> last_;
  int64_t events_ = 0;
};

}  // namespace inferwire::store
