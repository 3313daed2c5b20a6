#include "endpoints/directory/rows.h"

#include <google/protobuf/util/time_util.h>

#include <chrono>

#include "store/fault.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::util::TimeUtil;

template <class Message>
Result<Message> Parsed(const std::string& body, const char* kind) {
  Message message;
  if (message.ParseFromString(body)) return message;
  return store::StoreError(store::Fault::kCorrupt,
                           std::string("what it has of a ") + kind + " cannot be read");
}

}  // namespace

void SetTime(WallTime time, google::protobuf::Timestamp& to) {
  to = TimeUtil::MillisecondsToTimestamp(
      std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

WallTime TimeOf(const google::protobuf::Timestamp& time) {
  return WallTime(std::chrono::milliseconds(TimeUtil::TimestampToMilliseconds(time)));
}

Result<v1::Tenant> ToProto(const store::TenantRow& row) {
  auto tenant = Parsed<v1::Tenant>(row.body, "tenant");
  if (!tenant) return tenant;
  tenant->set_tenant_id(row.tenant);
  tenant->set_disabled(row.disabled);
  tenant->set_version(row.version);
  tenant->set_origin("store");
  return tenant;
}

Result<v1::Key> ToProto(const store::KeyRow& row) {
  auto key = Parsed<v1::Key>(row.body, "key");
  if (!key) return key;
  key->set_key_id(row.key);
  key->set_tenant_id(row.tenant);
  key->set_team_id(row.team);
  key->set_version(row.version);
  SetTime(row.created, *key->mutable_created());
  if (row.expires) SetTime(*row.expires, *key->mutable_expires());
  if (row.revoked) SetTime(*row.revoked, *key->mutable_revoked());
  if (row.last_used) SetTime(*row.last_used, *key->mutable_last_used());
  for (const store::KeySecretRow& secret : row.secrets) {
    v1::KeySecret& shown = *key->add_secrets();
    shown.set_hint(secret.hint);
    SetTime(secret.created, *shown.mutable_created());
    if (secret.ends) SetTime(*secret.ends, *shown.mutable_ends());
  }
  return key;
}

Result<v1::AuditEvent> ToProto(const store::AuditRow& row) {
  auto event = Parsed<v1::AuditEvent>(row.body, "change");
  if (!event) return event;
  event->set_sequence(row.sequence);
  event->set_writer(row.writer);
  event->set_chain(row.chain);
  SetTime(row.at, *event->mutable_time());
  if (!row.tenant.empty()) event->mutable_scope()->set_tenant_id(row.tenant);
  return event;
}

std::string BodyOf(v1::Tenant tenant) {
  tenant.clear_tenant_id();
  tenant.clear_disabled();
  tenant.clear_version();
  tenant.clear_origin();
  return tenant.SerializeAsString();
}

std::string BodyOf(v1::Key key) {
  v1::Key body;
  body.set_description(key.description());
  if (key.has_limits()) body.mutable_limits()->Swap(key.mutable_limits());
  body.mutable_budgets()->Swap(key.mutable_budgets());
  body.mutable_models()->Swap(key.mutable_models());
  body.mutable_operations()->Swap(key.mutable_operations());
  body.mutable_roles()->Swap(key.mutable_roles());
  return body.SerializeAsString();
}

std::string BodyOf(v1::AuditEvent event) {
  event.clear_sequence();
  event.clear_writer();
  event.clear_chain();
  event.clear_time();
  if (event.has_scope()) event.mutable_scope()->clear_tenant_id();
  return event.SerializeAsString();
}

}  // namespace inferwire::endpoints
