#include "app/server_options.h"

#include <grpc/impl/codegen/grpc_types.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>

#include <limits>

namespace inferwire::app {
namespace {

int Milliseconds(std::chrono::milliseconds duration) {
  constexpr int64_t kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min<int64_t>(duration.count(), kMost));
}

int HardLimit(size_t soft) {
  constexpr size_t kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(kMost, 2 * soft));
}

}  // namespace

void ApplyOptions(const config::ServerConfig& config, int loops, grpc::ServerBuilder& builder) {
  // gRPC refuses what is over its limit without saying why: ours is lower and does.
  builder.SetMaxReceiveMessageSize(HardLimit(config.max_request_bytes));
  builder.SetMaxSendMessageSize(HardLimit(config.max_response_bytes));

  grpc::ResourceQuota quota("inferwire");
  quota.Resize(config.memory_quota).SetMaxThreads(2 * loops + 4);
  builder.SetResourceQuota(quota);

  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, config.max_concurrent_streams);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             Milliseconds(config.handshake_timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, Milliseconds(config.keepalive.time));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, Milliseconds(config.keepalive.timeout));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             Milliseconds(config.keepalive.min_ping_interval));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                             Milliseconds(config.max_connection_idle));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS,
                             Milliseconds(config.max_connection_age));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Milliseconds(config.max_connection_age_grace));
  // Probing the bandwidth grows the windows, and with them what a peer may make us hold.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 * 1024);

  // What every call would pay for and nobody uses: channelz is not served, answers are not
  // compressed, and deadlines are ours (policy/deadlines/deadlines.h), which pass before the
  // caller's.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);

  grpc::EnableDefaultHealthCheckService(false);  // ours is in health.h
}

}  // namespace inferwire::app
