#include "endpoints/chat/queued_event.h"

#include <google/protobuf/util/time_util.h>

#include <string>
#include <string_view>

#include "inferwire/v1/chat_service.pb.h"
#include "limits/limit.h"

namespace inferwire::endpoints {
namespace {

v1::Meter MeterOf(limits::LimitKind kind) {
  switch (kind) {
    case limits::LimitKind::kMoneyPerMonth:
      return v1::METER_MONEY_PER_MONTH;
    case limits::LimitKind::kMoneyPerWeek:
      return v1::METER_MONEY_PER_WEEK;
    case limits::LimitKind::kMoneyPerDay:
      return v1::METER_MONEY_PER_DAY;
    case limits::LimitKind::kRequestsPerDay:
      return v1::METER_REQUESTS_PER_DAY;
    case limits::LimitKind::kTokensPerDay:
      return v1::METER_TOKENS_PER_DAY;
    case limits::LimitKind::kRequestsPerMinute:
      return v1::METER_REQUESTS_PER_MINUTE;
    case limits::LimitKind::kTokensPerMinute:
      return v1::METER_TOKENS_PER_MINUTE;
    case limits::LimitKind::kConcurrentCalls:
      return v1::METER_CONCURRENT_CALLS;
  }
  return v1::METER_OTHER;
}

std::string_view Cut(std::string_view& path) {
  const size_t end = path.find('/');
  const std::string_view part = path.substr(0, end);
  path.remove_prefix(end == path.npos ? path.size() : end + 1);
  return part;
}

// tenant/acme, team/acme/search, key/acme/AbCd1234
void SetScope(std::string_view path, std::string_view model, v1::Scope& scope) {
  const std::string_view kind = Cut(path);
  scope.set_tenant_id(std::string(Cut(path)));
  if (kind == "team") scope.set_team_id(std::string(path));
  if (kind == "key") scope.set_key_id(std::string(path));
  scope.set_model_id(std::string(model));
}

}  // namespace

std::unique_ptr<rpc::Message> QueuedEvent(const limits::Standing& standing) {
  const limits::Limit& limit = *standing.shortage.limit;
  auto event = std::make_unique<v1::StreamCompleteResponse>();
  v1::Queued& queued = *event->mutable_queued();
  queued.set_position(standing.position);
  *queued.mutable_eta() =
      google::protobuf::util::TimeUtil::NanosecondsToDuration(standing.eta.count());
  queued.set_meter(MeterOf(limit.kind));
  SetScope(limit.scope, limit.model, *queued.mutable_scope());
  return event;
}

}  // namespace inferwire::endpoints
