#include "channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "retried_methods.h"
#include "status.h"
#include "target.h"

namespace inferwire::client {
namespace {

Error InvalidOption(std::string message) {
  return ClientError(grpc::StatusCode::INVALID_ARGUMENT, kInvalidOptions, std::move(message));
}

// gRPC reads durations of its service config as seconds with a fraction.
std::string Seconds(std::chrono::milliseconds time) {
  const auto rest = std::to_string(1000 + time.count() % 1000).substr(1);
  return std::to_string(time.count() / 1000) + "." + rest + "s";
}

std::optional<Error> Check(const ClientOptions& options, const Target& target) {
  if (options.tls && target.tls == false) {
    return InvalidOption("target: this URL means no TLS, but tls is given");
  }
  if (options.max_attempts < 1 || options.max_attempts > 5) {
    return InvalidOption("max_attempts: must be 1 to 5");
  }
  if (options.tls && options.tls->cert_pem.empty() != options.tls->key_pem.empty()) {
    return InvalidOption("tls: the client's certificate and key go together");
  }
  const auto& token = options.bearer_token;
  if (!std::ranges::all_of(token, [](char c) { return c > 0x20 && c < 0x7f; })) {
    return InvalidOption("bearer_token: must be printable ASCII without spaces");
  }
  if (!token.empty() && !options.tls && !target.tls.value_or(false) && !target.local) {
    return InvalidOption("bearer_token: refused without TLS, except to this machine");
  }
  return std::nullopt;
}

grpc::ChannelArguments Arguments(const ClientOptions& options) {
  grpc::ChannelArguments args;
  args.SetMaxReceiveMessageSize(options.max_message_bytes);
  args.SetMaxSendMessageSize(options.max_message_bytes);
  args.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, static_cast<int>(options.keepalive_time.count()));
  args.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, static_cast<int>(options.keepalive_timeout.count()));
  args.SetInt(GRPC_ARG_PER_RPC_RETRY_BUFFER_SIZE, options.retry_buffer_bytes);
  // Probing the bandwidth, gRPC lets a stream that nobody reads grow to tens of megabytes.
  args.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  args.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 1 << 20);
  // The rules below are the client's; a TXT look-up for others would only cost time.
  args.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  args.SetServiceConfigJSON(ServiceConfig(options));
  args.SetUserAgentPrefix("inferwire-cpp/" INFERWIRE_VERSION);
  if (options.tls && !options.tls->server_name.empty()) {
    args.SetSslTargetNameOverride(options.tls->server_name);
  }
  return args;
}

std::shared_ptr<grpc::ChannelCredentials> Credentials(const ClientOptions& options,
                                                      const Target& target) {
  if (!options.tls && !target.tls.value_or(false)) return grpc::InsecureChannelCredentials();
  grpc::SslCredentialsOptions ssl;
  if (!options.tls) return grpc::SslCredentials(ssl);
  ssl.pem_root_certs = options.tls->ca_pem;
  ssl.pem_cert_chain = options.tls->cert_pem;
  ssl.pem_private_key = options.tls->key_pem;
  return grpc::SslCredentials(ssl);
}

}  // namespace

std::string ServiceConfig(const ClientOptions& options) {
  std::string config = R"({"loadBalancingConfig":[{"round_robin":{}}])";
  if (options.max_attempts > 1) {
    config += R"(,"retryThrottling":{"maxTokens":10,"tokenRatio":0.1},"methodConfig":[{"name":)";
    config += kRetriedMethods;
    config += R"(,"retryPolicy":{"maxAttempts":)" + std::to_string(options.max_attempts) +
              R"(,"initialBackoff":")" + Seconds(options.retry_initial_backoff) +
              R"(","maxBackoff":")" + Seconds(options.retry_max_backoff) +
              R"(","backoffMultiplier":2,"retryableStatusCodes":["UNAVAILABLE"]}}])";
  }
  return config + "}";
}

Result<Channels> OpenChannels(const ClientOptions& options) {
  const auto target = ReadTarget(options.target);
  if (!target) return target.error();
  if (auto error = Check(options, *target)) return *std::move(error);
  const auto credentials = Credentials(options, *target);
  grpc::ChannelArguments arguments = Arguments(options);
  Channels channels{.target = target->uri,
                    .calls = grpc::CreateCustomChannel(target->uri, credentials, arguments),
                    .long_requests = {}};
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  channels.long_requests = grpc::CreateCustomChannel(target->uri, credentials, arguments);
  return channels;
}

Result<TlsOptions> ReadTlsFiles(const std::string& ca, const std::string& cert,
                                const std::string& key) {
  TlsOptions tls;
  const std::pair<const std::string*, std::string*> files[] = {
      {&ca, &tls.ca_pem}, {&cert, &tls.cert_pem}, {&key, &tls.key_pem}};
  for (const auto& [path, text] : files) {
    if (path->empty()) continue;
    std::ifstream file(*path, std::ios::binary);
    text->assign(std::istreambuf_iterator<char>(file), {});
    if (!file || text->empty()) return InvalidOption("cannot read " + *path);
  }
  return tls;
}

}  // namespace inferwire::client
