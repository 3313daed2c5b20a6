// What is written of a change: who made it, from where, and what it was. Hashes and secrets are in
// none of it.
#pragma once

#include <google/protobuf/message.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "gateway/call_context.h"
#include "inferwire/v1/governance.pb.h"
#include "store/directory.h"

namespace inferwire::endpoints {

// Outlives the call that it was taken from.
struct Actor {
  v1::Principal who;
  std::string peer;
  WallTime now;
};
Actor ActorOf(const gateway::CallContext& context, WallTime now);

// action: key.create, tenant.put, ...
store::AuditRow EntryOf(const Actor& actor, std::string_view action, v1::Scope scope,
                        std::string change_json);

// {"from": {...}, "to": {...}, "reason": "..."}: the fields in which the two differ, of one type;
// what is empty is left out.
std::string ChangeJson(const google::protobuf::Message& before,
                       const google::protobuf::Message& after, std::string_view reason = {});
// {} with these members, those without a value left out.
std::string MembersJson(
    std::initializer_list<std::pair<std::string_view, std::string_view>> members);

}  // namespace inferwire::endpoints
