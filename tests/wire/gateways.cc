#include "wire/gateways.h"

#include <stdexcept>
#include <utility>

#include "config/config.h"
#include "e2e/connected.h"
#include "openai/dialect.h"

namespace inferwire::wire {
namespace {

constexpr char kTolerant[] = "auto";
constexpr int kMaxMessageBytes = 256 << 20;

config::Config ConfigFor(const std::string& dialect, const std::string& base_url) {
  config::Config config;
  config.server.listen = "127.0.0.1:0";
  config.server.admin = "127.0.0.1:0";
  config.server.loops = 1;
  config::UpstreamConfig upstream;
  upstream.name = "replay";
  upstream.base_url = base_url;
  upstream.dialect = dialect;
  upstream.allow_plain_http = true;
  upstream.is_default = true;
  config.upstreams.push_back(std::move(upstream));
  // Recordings are of every endpoint, also of those that the default list keeps closed.
  for (const char* tree :
       {"/chat/completions/**", "/responses/**", "/conversations/**", "/files/**", "/uploads/**",
        "/batches/**", "/fine_tuning/jobs/**", "/models/**"}) {
    for (const char* method : {"GET", "POST", "DELETE"}) {
      config.raw.allow.push_back({method, tree});
    }
  }
  return config;
}

}  // namespace

Gateways::Gateway& Gateways::For(const std::string& provider) {
  const std::string dialect = openai::FindDialect(provider) ? provider : kTolerant;
  Gateway& gateway = by_dialect_[dialect];
  if (gateway.server) return gateway;
  auto server = app::Server::Start(ConfigFor(dialect, upstream_.base_url()), log_);
  if (!server) throw std::runtime_error(server.error().message);
  gateway.server = std::move(*server);
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetMaxSendMessageSize(kMaxMessageBytes);
  const auto channel = e2e::Connected(
      grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(gateway.server->port()),
                                grpc::InsecureChannelCredentials(), arguments));
  gateway.channel = channel;
  gateway.chat = v1::ChatService::NewStub(channel);
  gateway.raw = v1::RawService::NewStub(channel);
  gateway.files = v1::FilesService::NewStub(channel);
  return gateway;
}

}  // namespace inferwire::wire
