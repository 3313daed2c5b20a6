#include "app/call_settings.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/batch_runtime.h"
#include "app/caller_quota.h"
#include "app/identity_rules.h"
#include "app/router_builder.h"
#include "platform/descriptor_limit.h"
#include "policy/access/access.h"
#include "policy/deadlines/deadlines.h"
#include "policy/memory/memory.h"
#include "telemetry/access_metrics.h"
#include "telemetry/load_metrics.h"

namespace inferwire::app {
namespace {

upstream::AnswerLimits AnswerLimitsOf(const config::Config& config) {
  upstream::AnswerLimits limits;
  limits.body_bytes = config.server.max_response_bytes;
  limits.event_bytes = config.limits.sse_event_bytes;
  if (limits.event_bytes == 0) {
    limits.event_bytes = std::min(
        {config.server.max_response_bytes, config.limits.stream_bytes, config.limits.json.string});
  }
  limits.stream_bytes = config.limits.stream_bytes;
  limits.large_answer_bytes = config.limits.large_answer_bytes;
  limits.file_bytes = config.limits.file_bytes;
  limits.form_bytes = config.limits.form_bytes;
  limits.realtime_message_bytes = config.limits.realtime_message_bytes;
  limits.realtime_sessions = config.limits.realtime_sessions;
  limits.json.max_bytes =
      std::max(config.server.max_response_bytes, config.server.max_request_bytes);
  limits.json.max_string_bytes = config.limits.json.string;
  limits.json.max_nodes = config.limits.json.nodes;
  limits.json.max_depth = config.limits.json.depth;
  return limits;
}

rpc::CallLimits CallLimitsOf(const config::Config& config) {
  rpc::CallLimits limits;
  limits.request_bytes = config.server.max_request_bytes;
  limits.request_fields = static_cast<size_t>(config.limits.request_fields);
  limits.queue.messages = static_cast<size_t>(config.limits.stream_queue_messages);
  limits.queue.bytes = config.limits.stream_queue_bytes;
  limits.delivery = config.deadlines.delivery;
  limits.many_in_flight = config.limits.many_max_in_flight;
  return limits;
}

// limits: comes to be the one of them that knows callers' limits, if there is one.
policy::Chain PoliciesOf(const config::Config& config, const SettingsParts& parts,
                         const tenancy::UserRules& users, policy::Quota*& limits) {
  std::vector<std::unique_ptr<policy::Policy>> policies;
  auto& load = parts.metrics.Of<telemetry::LoadMetrics>();
  if (config.has_tenants()) {
    policies.push_back(
        std::make_unique<policy::Access>(parts.metrics.Of<telemetry::AccessMetrics>()));
  }
  policies.push_back(std::make_unique<policy::Concurrency>(
      config.limits.max_in_flight, parts.in_flight,
      gateway::FairShare(config.limits.caller_share_percent), &load));
  policies.push_back(std::make_unique<policy::Memory>(parts.memory, load));
  policies.push_back(std::make_unique<policy::Deadlines>(
      policy::Deadlines::Limits{config.deadlines.unary, config.deadlines.stream,
                                config.deadlines.max, config.deadlines.session},
      parts.clock));
  auto quota = MakeQuota(config, parts.quota, parts.catalogue, users, parts.clock,
                         parts.metrics.Of<telemetry::QuotaMetrics>());
  limits = quota.get();
  if (quota) policies.push_back(std::move(quota));
  return policy::Chain(std::move(policies));
}

// Every call may have its connection: libcurl would let it wait without telling anyone.
size_t ConnectionsOf(const config::Config& config) {
  return static_cast<size_t>(config.limits.max_in_flight);
}

}  // namespace

Result<std::shared_ptr<const rpc::Settings>> MakeCallSettings(const config::Config& config,
                                                              const std::string& simulator_url,
                                                              const SettingsParts& parts) {
  auto router = BuildRouter(config, simulator_url,
                            {parts.clock, parts.catalogue, parts.keys, parts.board, parts.resolver,
                             parts.listings, parts.metrics, *parts.quota});
  if (!router) return std::move(router.error());
  auto identity = MakeIdentityRules(config, parts.signing_keys);
  if (!identity) return std::move(identity.error());
  auto users = UserRulesOf(config);
  if (!users) return std::move(users.error());
  policy::Quota* quota = nullptr;
  parts.board.Sweep();
  // Not make_shared: a chain does not move.
  return std::shared_ptr<const rpc::Settings>(new rpc::Settings{
      std::move(*router), AnswerLimitsOf(config), CallLimitsOf(config),
      PoliciesOf(config, parts, *users, quota), ConnectionsOf(config), std::move(*identity),
      OwnershipOf(config).has_value(), std::move(*users), quota});
}

http::TransferLimits TransferLimitsOf(const config::Config& config) {
  http::TransferLimits limits;
  limits.header_bytes = config.limits.header_bytes;
  limits.max_descriptor = platform::CurrentDescriptorBounds().upstreams;
  limits.max_connections = limits.max_host_connections = ConnectionsOf(config);
  return limits;
}

}  // namespace inferwire::app
