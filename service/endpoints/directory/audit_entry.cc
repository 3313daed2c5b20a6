#include "endpoints/directory/audit_entry.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include <chrono>
#include <memory>
#include <vector>

#include "codec/json_write.h"
#include "endpoints/directory/rows.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string Json(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  // Fails for what is no message of ours: the members are then missing, not the change.
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) return "{}";
  return json;
}

void AddMember(std::string& json, std::string_view name, std::string_view value) {
  json += json.size() > 1 ? ", " : "";
  codec::AppendQuoted(json, name);
  json.append(": ").append(value);
}

}  // namespace

Actor ActorOf(const gateway::CallContext& context, WallTime now) {
  Actor actor;
  actor.now = std::chrono::floor<std::chrono::milliseconds>(now);
  actor.peer = context.peer;
  actor.who.set_method(std::string(context.method));
  actor.who.set_subject(std::string(context.subject));
  if (!context.principal) return actor;
  const tenancy::Principal& from = *context.principal;
  actor.who.set_tenant_id(from.tenant);
  actor.who.set_team_id(from.team);
  actor.who.set_key_id(from.key);
  for (size_t i = 0; i < tenancy::kRoleNames.size(); ++i) {
    if (from.roles.Has(static_cast<tenancy::Role>(i))) {
      actor.who.add_roles(std::string(tenancy::kRoleNames[i]));
    }
  }
  return actor;
}

store::AuditRow EntryOf(const Actor& actor, std::string_view action, v1::Scope scope,
                        std::string change_json) {
  store::AuditRow row;
  row.at = actor.now;
  row.tenant = scope.tenant_id();
  v1::AuditEvent event;
  *event.mutable_actor() = actor.who;
  event.set_peer(actor.peer);
  event.set_action(std::string(action));
  *event.mutable_scope() = std::move(scope);
  event.set_change_json(std::move(change_json));
  row.body = BodyOf(std::move(event));
  return row;
}

std::string ChangeJson(const Message& before, const Message& after, std::string_view reason) {
  std::unique_ptr<Message> from(before.New()), to(after.New());
  from->CopyFrom(before);
  to->CopyFrom(after);
  const auto* const descriptor = before.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* const field = descriptor->field(i);
    google::protobuf::util::MessageDifferencer differencer;
    const std::vector<const FieldDescriptor*> one{field};
    if (!differencer.CompareWithFields(before, after, one, one)) continue;
    from->GetReflection()->ClearField(from.get(), field);
    to->GetReflection()->ClearField(to.get(), field);
  }
  std::string json = "{";
  if (const std::string text = Json(*from); text != "{}") AddMember(json, "from", text);
  if (const std::string text = Json(*to); text != "{}") AddMember(json, "to", text);
  if (!reason.empty()) {
    std::string quoted;
    codec::AppendQuoted(quoted, reason);
    AddMember(json, "reason", quoted);
  }
  return json + "}";
}

std::string MembersJson(
    std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  std::string json = "{";
  for (const auto& [name, value] : members) {
    if (value.empty()) continue;
    std::string quoted;
    codec::AppendQuoted(quoted, value);
    AddMember(json, name, quoted);
  }
  return json + "}";
}

}  // namespace inferwire::endpoints
