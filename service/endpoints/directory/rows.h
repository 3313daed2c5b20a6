// What the store has of tenants, keys and their changes <-> the API's messages. Pure.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "inferwire/v1/keys_service.pb.h"
#include "inferwire/v1/tenants_service.pb.h"
#include "store/directory.h"

namespace inferwire::endpoints {

// To the millisecond, as the store keeps them.
void SetTime(WallTime time, google::protobuf::Timestamp& to);
WallTime TimeOf(const google::protobuf::Timestamp& time);

// The error: what the store has is none.
Result<v1::Tenant> ToProto(const store::TenantRow& row);
Result<v1::Key> ToProto(const store::KeyRow& row);
Result<v1::AuditEvent> ToProto(const store::AuditRow& row);

// What is kept as the body of its row: all that has no column.
std::string BodyOf(v1::Tenant tenant);
std::string BodyOf(v1::Key key);
std::string BodyOf(v1::AuditEvent event);

}  // namespace inferwire::endpoints
