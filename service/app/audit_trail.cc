#include "app/audit_trail.h"

#include <utility>

#include "base/sha256.h"
#include "codec/json_write.h"
#include "codec/utf8.h"
#include "inferwire/v1/tenants_service.pb.h"

namespace inferwire::app {
namespace {

// A name out of a certificate may be any bytes, and a message of such could not be read again.
std::string Utf8(std::string_view text) {
  return codec::IsUtf8(text) ? std::string(text) : codec::ReplaceInvalidUtf8(text);
}

}  // namespace

void AuditTrail::Add(std::string_view action, std::string_view peer, std::string_view change) {
  v1::AuditEvent event;
  event.set_action(std::string(action));
  event.set_peer(Utf8(peer));
  event.set_change_json(Utf8(change));
  store::AuditRow row;
  row.at = clock_.WallNow();
  row.body = event.SerializeAsString();
  {
    std::lock_guard lock(mutex_);
    if (waiting_.size() >= most_) return metrics_.Audited(telemetry::AuditOutcome::kDropped);
    waiting_.push_back(std::move(row));
  }
  wake_();
}

bool AuditTrail::First(store::AuditRow& to) const {
  std::lock_guard lock(mutex_);
  if (waiting_.empty()) return false;
  to = waiting_.front();
  return true;
}

void AuditTrail::Written() {
  std::lock_guard lock(mutex_);
  waiting_.pop_front();
}

void LogAudit(telemetry::Log& log, const store::AuditRow& row) {
  v1::AuditEvent event;
  event.ParseFromString(row.body);
  const v1::Principal& actor = event.actor();
  const std::string who = !actor.key_id().empty() ? actor.key_id() : actor.subject();
  log.Event(telemetry::LogLevel::kInfo, "audit",
            {{"type", "audit"},
             {"action", event.action()},
             {"tenant", row.tenant},
             {"actor", who},
             {"peer", event.peer()},
             {"change", event.change_json()},
             {"writer", row.writer},
             {"sequence", row.sequence},
             {"chain", Sha256::HexOf(row.chain)}});
}

std::string JsonList(std::string_view name, const std::vector<std::string>& texts) {
  std::string json = "{";
  codec::AppendQuoted(json, name);
  json += ":[";
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) json += ',';
    codec::AppendQuoted(json, texts[i]);
  }
  return json + "]}";
}

}  // namespace inferwire::app
