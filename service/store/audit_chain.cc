#include "store/audit_chain.h"

#include "base/sha256.h"
#include "store/rows.h"

namespace inferwire::store {

std::string ChainOf(std::string_view before, const AuditRow& event) {
  Sha256 chain;
  // With its length, so that no byte can move from one to the next.
  const auto add = [&chain](std::string_view text) {
    chain.Add(std::to_string(text.size()) + ":");
    chain.Add(text);
  };
  add(before);
  add(event.writer);
  add(std::to_string(event.sequence));
  add(std::to_string(ToMillis(event.at)));
  add(event.tenant);
  add(event.body);
  return chain.Bytes();
}

std::optional<AuditFault> AuditCheck::Add(const AuditRow& event) {
  using Kind = AuditFault::Kind;
  ++events_;
  const auto found = last_.find(event.writer);
  const bool first = found == last_.end();
  std::optional<AuditFault> fault;
  if (!first && event.sequence != found->second.sequence + 1) {
    fault = AuditFault{event.writer, event.sequence, Kind::kMissing};
  } else if (!first || event.sequence == 1) {
    const std::string_view before = first ? std::string_view() : found->second.chain;
    if (ChainOf(before, event) != event.chain) {
      fault = AuditFault{event.writer, event.sequence, Kind::kChanged};
    }
  }
  last_[event.writer] = {event.sequence, event.chain};
  return fault;
}

}  // namespace inferwire::store
