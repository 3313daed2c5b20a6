#include "server.h"

#include <curl/curlver.h>
#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <random>
#include <thread>
#include <utility>

#include "base/batch_metrics.h"
#include "config_catalogue.h"
#include "policy/concurrency.h"
#include "policy/deadline.h"
#include "rpc/credentials.h"
#include "rpc/server_options.h"
#include "upstreams.h"

namespace llmgate {
namespace {

constexpr auto kStuckLoop = std::chrono::seconds(10);
// It waits for the store, which may take its time.
constexpr auto kStuckWorker = std::chrono::minutes(2);

int LoopCount(const ServerConfig& config) {
  if (config.loops > 0) return config.loops;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

openai::AnswerLimits AnswerLimitsOf(const Config& config) {
  openai::AnswerLimits limits;
  limits.body_bytes = config.server.max_response_bytes;
  limits.event_bytes = config.limits.sse_event_bytes;
  limits.stream_bytes = config.limits.stream_bytes;
  limits.file_bytes = config.limits.file_bytes;
  limits.json.max_bytes =
      std::max(config.server.max_response_bytes, config.server.max_request_bytes);
  limits.json.max_string_bytes = config.limits.json.string;
  limits.json.max_nodes = config.limits.json.nodes;
  limits.json.max_depth = config.limits.json.depth;
  return limits;
}

http::TransferLimits TransferLimitsOf(const Config& config) {
  http::TransferLimits limits;
  limits.header_bytes = config.limits.header_bytes;
  // Every call may have its connection: libcurl would let it wait without telling anyone.
  limits.max_connections = limits.max_host_connections =
      static_cast<size_t>(config.limits.max_in_flight);
  return limits;
}

rpc::CallLimits CallLimitsOf(const Config& config) {
  rpc::CallLimits limits;
  limits.request_bytes = config.server.max_request_bytes;
  limits.queue.messages = static_cast<size_t>(config.limits.stream_queue_messages);
  limits.queue.bytes = config.limits.stream_queue_bytes;
  limits.many_in_flight = config.limits.many_max_in_flight;
  return limits;
}

policy::Chain PoliciesOf(const Config& config, const Clock& clock) {
  std::vector<std::unique_ptr<policy::Policy>> policies;
  policies.push_back(std::make_unique<policy::Concurrency>(config.limits.max_in_flight));
  policies.push_back(std::make_unique<policy::Deadlines>(
      policy::Deadlines::Limits{config.deadlines.unary, config.deadlines.stream,
                                config.deadlines.max},
      clock));
  return policy::Chain(std::move(policies));
}

// A configuration that was not read from a file has no content.
std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const Config& config) {
  return config.catalogue.content ? config.catalogue.content
                                  : BuiltInCatalogue(config.catalogue.strict);
}

MetricLimits MetricLimitsOf(const Config& config) {
  MetricLimits limits;
  limits.models = static_cast<size_t>(config.limits.metric_models);
  return limits;
}

// Says what could not be had, for the process's exit code.
Error AtStart(const std::string& what, Error error) {
  error.metadata["startup"] = what;
  return error;
}

Error Draining() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  error.message = "the gateway is shutting down and the call did not end in time";
  error.metadata["phase"] = "draining";
  return error;
}

}  // namespace

Server::Server(Config config, std::ostream& log)
    : config_(std::move(config)),
      metrics_(MetricLimitsOf(config_)),
      log_({config_.log.level, config_.log.calls}, clock_, AsyncSink(log)),
      raw_allowed_(config_.raw.allow),
      answer_limits_(AnswerLimitsOf(config_)),
      transfer_limits_(TransferLimitsOf(config_)),
      call_limits_(CallLimitsOf(config_)),
      policies_(PoliciesOf(config_, clock_)),
      catalogue_(CatalogueOf(config_)),
      services_(raw_allowed_, metrics_),
      health_board_(rpc::Services::Names()),
      health_(health_board_) {}

Server::~Server() {
  Hurry();
  Drain();
}

Result<std::unique_ptr<Server>> Server::Start(Config config, std::ostream& log) {
  std::unique_ptr<Server> server(new Server(std::move(config), log));
  for (const auto step : {&Server::StartSimulator, &Server::StartUpstreams, &Server::StartBatches,
                          &Server::StartGrpc, &Server::StartAdmin}) {
    if (auto started = (server.get()->*step)(); !started) return started.error();
  }
  server->metrics_.BuildInfo(LLMGATE_VERSION, LLMGATE_REVISION, grpc::Version(), LIBCURL_VERSION);
  server->metrics_.InFlightLimit(server->config_.limits.max_in_flight);
  server->log_.Event(LogLevel::kInfo, "started",
                     {{"address", server->address()},
                      {"admin_port", int64_t{server->admin_port()}},
                      {"loops", static_cast<int64_t>(server->loops_.size())},
                      {"tls", server->config_.tls.has_value()}});
  return server;
}

Result<void> Server::StartSimulator() {
  const bool wanted = std::any_of(config_.upstreams.begin(), config_.upstreams.end(),
                                  [](const UpstreamConfig& each) { return each.simulator; });
  if (!wanted) return {};
  auto started = simulator::Simulator::Start({});
  if (!started) return started.error();
  simulator_ = std::move(*started);
  return {};
}

Result<void> Server::StartUpstreams() {
  auto routes = MakeRoutes(config_, simulator_ ? simulator_->base_url() : "", catalogue_, metrics_);
  if (!routes) return AtStart("secret", std::move(routes.error()));
  routes_ = std::move(*routes);
  return {};
}

Result<void> Server::StartBatches() {
  if (!config_.store.configured()) return {};
  std::random_device seeds;
  const uint64_t seed = (uint64_t{seeds()} << 32) | seeds();
  auto batches = Batches::Start(
      config_, {clock_, metrics_, routes_, answer_limits_, transfer_limits_, log_}, seed);
  if (!batches) return AtStart("secret", std::move(batches.error()));
  batches_ = std::move(*batches);
  services_.ServeBatches(&batches_->service());
  return {};
}

Result<void> Server::StartGrpc() {
  auto listener = rpc::Listener::Bind(
      config_.server.listen,
      {config_.server.backlog, static_cast<size_t>(config_.server.max_connections),
       static_cast<size_t>(config_.server.max_connections_per_peer)},
      metrics_);
  if (!listener) return AtStart("address", std::move(listener.error()));
  listener_ = std::move(*listener);

  const int loops = LoopCount(config_.server);
  grpc::ServerBuilder builder;
  rpc::ApplyOptions(config_.server, loops, builder);
  services_.Register(builder);
  health_.Register(builder);
  acceptor_ = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD,
      rpc::MakeCredentials(config_.tls));
  const rpc::LoopShared shared{clock_,           metrics_,     routes_,   answer_limits_,
                               transfer_limits_, call_limits_, policies_, log_};
  std::random_device seeds;
  for (int i = 0; i < loops; ++i) {
    const uint64_t seed = (uint64_t{seeds()} << 32) | seeds();
    loops_.push_back(std::make_unique<rpc::Loop>(builder.AddCompletionQueue(), shared, seed));
  }
  grpc_ = builder.BuildAndStart();
  if (!grpc_) {
    Error error;
    error.message = "gRPC refused to start; are the TLS files readable and well formed?";
    return error;
  }
  for (const auto& loop : loops_) {
    services_.Accept(*loop);
    health_.Accept(*loop);
    loop->Start();
  }
  listener_->Start([this](int fd) {
    grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
    connection.fd = fd;
    // gRPC gives a connection's calls to any of them.
    for (const auto& loop : loops_) loop->Watch(fd);
    acceptor_->HandleNewConnection(&connection);
  });
  return {};
}

Result<void> Server::StartAdmin() {
  auto admin = admin::AdminServer::Start(config_.server.admin,
                                         {.metrics = [this] { return MetricsPage(); },
                                          .live = [this] { return Live(); },
                                          .ready = [this] { return Ready(); },
                                          .config = [this] { return Redacted(config_); }});
  if (!admin) return AtStart("address", std::move(admin.error()));
  admin_ = std::move(*admin);
  return {};
}

std::string Server::MetricsPage() {
  metrics_.LogRecordsDropped(static_cast<uint64_t>(log_.dropped()));
  metrics_.Connections(listener_->connections());
  if (batches_) metrics_.Batches().StoreQueue(batches_->queued());
  return metrics_.Expose();
}

admin::Health Server::Live() const {
  const SteadyTime now = clock_.Now();
  for (const auto& loop : loops_) {
    if (now - loop->last_tick() > kStuckLoop) return {false, "a loop is stuck"};
  }
  if (batches_ && !draining_ && now - batches_->last_tick() > kStuckWorker) {
    return {false, "the batch worker is stuck"};
  }
  if (!draining_ && !listener_->healthy()) return {false, "the listener is dead"};
  return {true, "ok"};
}

admin::Health Server::Ready() const {
  if (draining_) return {false, "draining"};
  return {true, "ok"};
}

void Server::Hurry() {
  {
    std::lock_guard lock(mutex_);
    hurry_ = true;
  }
  hurried_.notify_all();
}

bool Server::WaitUnlessHurried(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return hurried_.wait_for(lock, limit, [this] { return hurry_; });
}

void Server::Drain() {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(drained_, true)) return;
  }
  draining_ = true;
  if (grpc_) {
    metrics_.Draining(true);
    log_.Event(LogLevel::kInfo, "draining");
    health_board_.SetAll(false);
    for (const auto& loop : loops_) loop->Nudge();
    listener_->StopAccepting();
    WaitForConnectionsToLeave();
    ShutdownGrpc();
    log_.Event(LogLevel::kInfo, "drained");
  }
  for (const auto& loop : loops_) loop->Stop();
  if (batches_) batches_->Stop();
}

// Server::Shutdown cancels a call here and there on connections in use (measured on 1.51): callers
// who leave by themselves, told to by the connections' age, lose nothing.
void Server::WaitForConnectionsToLeave() {
  constexpr std::chrono::milliseconds kStep{100};
  const SteadyTime until = clock_.Now() + config_.drain.connection_wait;
  while (clock_.Now() < until && listener_->connections() > 0) {
    if (WaitUnlessHurried(kStep)) return;
  }
}

void Server::ShutdownGrpc() {
  std::promise<void> over;
  std::thread watcher([this, ended = over.get_future()] { WatchShutdown(ended); });
  const bool hurry = WaitUnlessHurried(std::chrono::milliseconds(0));
  grpc_->Shutdown(std::chrono::system_clock::now() +
                  (hurry ? config_.drain.second_signal : config_.drain.calls));
  over.set_value();
  watcher.join();
}

// While Server::Shutdown waits: tells the calls that do not end in time why, where gRPC alone would
// only say CANCELLED, and does not let the watchers of our health hold us up when no call is left.
void Server::WatchShutdown(const std::future<void>& ended) {
  constexpr std::chrono::milliseconds kStep{20}, kIdleEnough{500};
  const auto last_call = std::min(config_.drain.last_call, config_.drain.calls);
  const SteadyTime until = clock_.Now() + config_.drain.calls - last_call;
  SteadyTime idle_since = clock_.Now();
  while (ended.wait_for(kStep) != std::future_status::ready) {
    const SteadyTime now = clock_.Now();
    if (LiveCalls() > 0) idle_since = now;
    if (now - idle_since >= kIdleEnough) return grpc_server_cancel_all_calls(grpc_->c_server());
    if (now < until && !WaitUnlessHurried(std::chrono::milliseconds(0))) continue;
    for (const auto& loop : loops_) loop->CutCalls(Draining());
    return;
  }
}

size_t Server::LiveCalls() const {
  size_t count = 0;
  for (const auto& loop : loops_) count += loop->live_calls();
  return count;
}

}  // namespace llmgate
