#include "make_settings.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/descriptor_limit.h"
#include "policy/deadline.h"
#include "policy/memory.h"
#include "upstreams.h"

namespace inferwire {
namespace {

openai::AnswerLimits AnswerLimitsOf(const Config& config) {
  openai::AnswerLimits limits;
  limits.body_bytes = config.server.max_response_bytes;
  limits.event_bytes = config.limits.sse_event_bytes;
  if (limits.event_bytes == 0) {
    limits.event_bytes = std::min(
        {config.server.max_response_bytes, config.limits.stream_bytes, config.limits.json.string});
  }
  limits.stream_bytes = config.limits.stream_bytes;
  limits.file_bytes = config.limits.file_bytes;
  limits.json.max_bytes =
      std::max(config.server.max_response_bytes, config.server.max_request_bytes);
  limits.json.max_string_bytes = config.limits.json.string;
  limits.json.max_nodes = config.limits.json.nodes;
  limits.json.max_depth = config.limits.json.depth;
  return limits;
}

rpc::CallLimits CallLimitsOf(const Config& config) {
  rpc::CallLimits limits;
  limits.request_bytes = config.server.max_request_bytes;
  limits.request_fields = static_cast<size_t>(config.limits.request_fields);
  limits.queue.messages = static_cast<size_t>(config.limits.stream_queue_messages);
  limits.queue.bytes = config.limits.stream_queue_bytes;
  limits.delivery = config.deadlines.delivery;
  limits.many_in_flight = config.limits.many_max_in_flight;
  return limits;
}

policy::Chain PoliciesOf(const Config& config, const SettingsParts& parts) {
  std::vector<std::unique_ptr<policy::Policy>> policies;
  policies.push_back(std::make_unique<policy::Concurrency>(
      config.limits.max_in_flight, parts.in_flight, FairShare(config.limits.caller_share_percent),
      &parts.metrics.Load()));
  policies.push_back(std::make_unique<policy::Memory>(parts.memory, parts.metrics.Load()));
  policies.push_back(std::make_unique<policy::Deadlines>(
      policy::Deadlines::Limits{config.deadlines.unary, config.deadlines.stream,
                                config.deadlines.max},
      parts.clock));
  return policy::Chain(std::move(policies));
}

// Every call may have its connection: libcurl would let it wait without telling anyone.
size_t ConnectionsOf(const Config& config) {
  return static_cast<size_t>(config.limits.max_in_flight);
}

}  // namespace

Result<std::shared_ptr<const rpc::Settings>> MakeSettings(const Config& config,
                                                          const std::string& simulator_url,
                                                          const SettingsParts& parts) {
  auto routes = MakeRoutes(config, simulator_url, parts.facts, parts.keys, parts.metrics);
  if (!routes) return std::move(routes.error());
  // Not make_shared: a chain does not move.
  return std::shared_ptr<const rpc::Settings>(
      new rpc::Settings{std::move(*routes), AnswerLimitsOf(config), CallLimitsOf(config),
                        PoliciesOf(config, parts), ConnectionsOf(config)});
}

http::TransferLimits TransferLimitsOf(const Config& config) {
  http::TransferLimits limits;
  limits.header_bytes = config.limits.header_bytes;
  limits.max_descriptor = CurrentDescriptorBounds().upstreams;
  limits.max_connections = limits.max_host_connections = ConnectionsOf(config);
  return limits;
}

}  // namespace inferwire
