#include "gateway.h"

#include <cstdlib>
#include <filesystem>
#include <thread>
#include <utility>

#include "connected.h"

namespace inferwire::e2e {

config::Config TestConfig(const std::string& base_url) {
  config::Config config;
  config.server.listen = "127.0.0.1:0";
  config.server.admin = "127.0.0.1:0";
  config.server.loops = 2;
  config.server.max_connections_per_peer = config.server.max_connections;
  // Tests do not wait for clients to leave by themselves unless they say so.
  config.server.max_connection_age = std::chrono::minutes(10);
  config.drain.connection_wait = 0ms;
  config.drain.last_call = 100ms;
  config.drain.second_signal = 1s;
  config::UpstreamConfig upstream;
  upstream.name = "test";
  upstream.base_url = base_url;
  upstream.allow_plain_http = true;
  upstream.is_default = true;
  config.upstreams.push_back(upstream);
  return config;
}

Gateway::Gateway(const std::function<void(config::Config&)>& adjust, simulator::Options options) {
  auto simulator = simulator::Simulator::Start(std::move(options));
  if (!simulator) throw std::runtime_error(simulator.error().message);
  simulator_ = std::move(*simulator);
  config::Config config = TestConfig(simulator_->base_url());
  if (adjust) adjust(config);
  plain_ = !config.tls;
  auto server = app::Server::Start(std::move(config), log_stream_);
  if (!server) throw std::runtime_error(server.error().message);
  server_ = std::move(*server);
  port_ = server_->port();
  const auto channel = NewChannel();
  chat_ = v1::ChatService::NewStub(channel);
  models_ = v1::ModelsService::NewStub(channel);
  raw_ = v1::RawService::NewStub(channel);
}

std::shared_ptr<grpc::Channel> Gateway::NewChannel() const {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(64 << 20);
  arguments.SetMaxSendMessageSize(64 << 20);
  // Probing the bandwidth would let the client take megabytes that nobody reads.
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  // A channel of its own, not the one that an earlier test left in the global pool.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  auto channel = grpc::CreateCustomChannel(target(), grpc::InsecureChannelCredentials(), arguments);
  return plain_ ? Connected(std::move(channel)) : channel;
}

double Gateway::Metric(const std::string& series) {
  std::istringstream lines(server_->MetricsPage(false));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
  }
  return 0;
}

bool Gateway::Eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::yield();
  }
  return true;
}

v1::ChatCompletionParams Prompt(const std::string& text, const std::string& model) {
  v1::ChatCompletionParams params;
  params.set_model(model);
  auto* message = params.add_messages();
  message->set_role(v1::ROLE_USER);
  message->set_content(text);
  return params;
}

google::rpc::ErrorInfo InfoOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  details.ParseFromString(status.error_details());
  for (const auto& any : details.details()) {
    if (any.UnpackTo(&info)) return info;
  }
  return {};
}

StreamResult ReadAll(grpc::ClientReader<v1::StreamCompleteResponse>& reader) {
  StreamResult result;
  v1::StreamCompleteResponse event;
  while (reader.Read(&event)) {
    for (const auto& choice : event.chunk().choices()) result.text += choice.delta().content();
    result.events.push_back(event);
  }
  result.status = reader.Finish();
  return result;
}

std::unique_ptr<grpc::ClientContext> NewContext(std::chrono::milliseconds deadline) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + deadline);
  return context;
}

size_t OpenDescriptors() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

}  // namespace inferwire::e2e
