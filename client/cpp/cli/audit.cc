// inferwire audit: a line for each change, as JSON or for people.
#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "output.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

using google::protobuf::util::TimeUtil;

// acme/search, key AbCd1234
std::string ScopeText(const v1::Scope& scope) {
  std::string text = scope.tenant_id();
  if (!scope.team_id().empty()) text += "/" + scope.team_id();
  if (!scope.key_id().empty()) text += (text.empty() ? "key " : ", key ") + scope.key_id();
  return text.empty() ? "-" : text;
}

// The key, or what else it was proved by.
std::string ActorText(const v1::AuditEvent& event) {
  const v1::Principal& who = event.actor();
  std::string text = who.key_id().empty() ? who.subject() : "key " + who.key_id();
  if (text.empty()) text = event.writer();
  return event.peer().empty() ? text : text + " from " + event.peer();
}

std::string Hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<uint8_t>(byte) >> 4];
    text += kDigits[static_cast<uint8_t>(byte) & 15];
  }
  return text;
}

// Columns as wide as the usual: what comes later is not known.
std::string Line(const v1::AuditEvent& event) {
  const auto padded = [](const std::string& text, size_t width) {
    return text + std::string(width - std::min(width, text.size()), ' ');
  };
  return TimeText(event.has_time(), event.time()) + "  " + padded(event.action(), 16) + "  " +
         padded(ScopeText(event.scope()), 28) + "  " + ActorText(event) +
         (event.change_json().empty() ? "" : "  " + event.change_json()) + "\n";
}

// What was printed lately, for when a second call begins a little before the first one's end.
class Told {
 public:
  bool IsNew(const v1::AuditEvent& event) {
    Id id{event.writer(), event.sequence()};
    if (!known_.insert(id).second) return false;
    order_.emplace_back(std::move(id), event.time());
    if (order_.size() > kMost) {
      known_.erase(order_.front().first);
      order_.pop_front();
    }
    return true;
  }
  // From when on all that was printed is known again; nothing: nothing was printed.
  std::optional<google::protobuf::Timestamp> from() const {
    if (order_.empty()) return std::nullopt;
    const auto back = order_.back().second - TimeUtil::SecondsToDuration(kLookBack);
    return order_.size() < kMost ? back : std::max(back, order_.front().second);
  }

 private:
  using Id = std::pair<std::string, int64_t>;
  static constexpr size_t kMost = 1000;
  static constexpr int64_t kLookBack = 10;  // as far as the gateway itself looks back

  std::set<Id> known_;
  std::deque<std::pair<Id, google::protobuf::Timestamp>> order_;
};

ExitCode Verify(AdminSession& session) {
  const auto verified = session.client.VerifyAuditTrail({}, session.Arm());
  session.interrupts.Disarm();
  if (!verified) return Report(session.global, verified.error());
  const ExitCode code = verified->faults().empty() ? kOk : kCallFailed;
  if (session.global.json) return Print(GatewayJson(*verified) + "\n") ? code : kCallFailed;
  std::string text;
  for (const v1::AuditFault& fault : verified->faults()) {
    const bool missing = fault.kind() == v1::AUDIT_FAULT_KIND_MISSING;
    text += fault.writer() + " " + std::to_string(fault.sequence()) + ": " +
            (missing ? "events before it are gone" : "it or the one before it was changed") + "\n";
  }
  text += Grouped(verified->events()) + " events, " +
          (code == kOk ? "as they were written" : "NOT as they were written") + "\n";
  Table ends({"WRITER", "LAST EVENT", "ITS CHAIN, TO COMPARE WITH THE LOG"});
  for (const v1::AuditEnd& end : verified->ends()) {
    ends.Add({end.writer(), std::to_string(end.sequence()), Hex(end.chain())});
  }
  return Print(text + ends.Text()) ? code : kCallFailed;
}

}  // namespace

ExitCode Run(AdminSession& session, const AuditArgs& args) {
  if (args.verify) return Verify(session);
  v1::ListAuditEventsRequest request;
  request.mutable_scope()->set_tenant_id(args.tenant);
  request.mutable_scope()->set_team_id(args.team);
  request.mutable_scope()->set_key_id(args.key_id);
  request.set_follow(args.follow);
  if (args.since_seconds > 0) {
    *request.mutable_start() =
        TimeUtil::GetCurrentTime() - TimeUtil::SecondsToDuration(args.since_seconds);
  }
  Told told;
  bool written = true;
  while (true) {
    const auto listed = session.client.ListAuditEvents(
        request,
        [&](const v1::AuditEvent& event) {
          if (!told.IsNew(event)) return true;
          return written = Print(session.global.json ? GatewayJson(event) + "\n" : Line(event));
        },
        session.Arm());
    session.interrupts.Disarm();
    if (listed) return written ? kOk : kCallFailed;
    // The gateway bounds every call; following goes on with another one.
    const bool over = !args.follow || session.global.timeout_seconds > 0 ||
                      listed.error().code != grpc::StatusCode::DEADLINE_EXCEEDED;
    if (over) return Report(session.global, listed.error());
    if (told.from()) *request.mutable_start() = *told.from();
  }
}

}  // namespace inferwire::cli
