#include "store/audit_chain.h"

#include <map>

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

std::optional<AuditFault> FindAuditFault(const std::vector<AuditRow>& events) {
  using Kind = AuditFault::Kind;
  std::map<std::string_view, const AuditRow*> last;
  for (const AuditRow& event : events) {
    const AuditRow*& before = last[event.writer];
    const int64_t due = before ? before->sequence + 1 : event.sequence;
    if (event.sequence != due) return AuditFault{event.writer, event.sequence, Kind::kMissing};
    if (before || event.sequence == 1) {
      const std::string_view chain = before ? std::string_view(before->chain) : std::string_view();
      if (ChainOf(chain, event) != event.chain) {
        return AuditFault{event.writer, event.sequence, Kind::kChanged};
      }
    }
    before = &event;
  }
  return std::nullopt;
}

}  // namespace inferwire::store
