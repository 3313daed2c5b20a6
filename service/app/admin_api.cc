#include "app/admin_api.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/configured_directory.h"
#include "app/http2_server.h"
#include "app/identity_rules.h"
#include "app/wire_parts.h"
#include "base/backoff.h"
#include "endpoints/administration.h"
#include "platform/descriptor_limit.h"
#include "policy/administrators/administrators.h"
#include "policy/deadlines/deadlines.h"
#include "policy/memory/memory.h"
#include "telemetry/access_metrics.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/load_metrics.h"

namespace inferwire::app {
namespace {

using namespace std::chrono_literals;

// Of one message: a tenant with all its teams.
constexpr size_t kMostRequestBytes = 1 * config::kMiB;
// Questions that may wait for the directory. More calls than are in flight cannot ask.
constexpr size_t kMostQueued = 10'000;
// A start waits so long for a store that is there; what takes longer comes later.
constexpr std::chrono::milliseconds kMostAtStart = 2s;
// For the last words to be read.
constexpr Duration kMostToTell = 1s;
// Between attempts to connect.
constexpr std::chrono::milliseconds kFirstWait = 1s, kMostWait = 30s;

// What is not said of this port is as on the callers'.
config::ServerConfig ServerOf(const config::Config& config) {
  config::ServerConfig server = config.server;
  server.listen = config.admin_api.listen;
  server.max_connections = config.admin_api.max_connections;
  server.max_connections_per_peer = config.admin_api.max_connections_per_peer;
  server.max_concurrent_streams = config.admin_api.max_in_flight;
  server.max_request_bytes = kMostRequestBytes;
  return server;
}

Error AtStart(const std::string& what, Error error) {
  error.metadata["startup"] = what;
  error.message = "admin_api: " + error.message;
  return error;
}

}  // namespace

AdminApi::AdminApi(const config::Config& config, Parts parts)
    : parts_(std::move(parts)),
      server_(ServerOf(config)),
      tls_(config.admin_api.tls),
      max_in_flight_(config.admin_api.max_in_flight),
      loop_shared_{parts_.clock, parts_.metrics,  parts_.transfer_limits,
                   parts_.log,   parts_.tracer,   &parts_.memory,
                   nullptr,      &parts_.refusals},
      executor_(std::make_unique<store::DirectoryExecutor>(kMostQueued)),
      backend_{*executor_,
               tenancy::SystemRandomBytes,
               [this](std::string_view secret) {
                 return tenancy::KeyHasher(rules_.load()->pepper).Of(secret);
               },
               [this] { return configured_.load(); },
               parts_.check_tenant,
               parts_.check_key,
               parts_.cut_calls,
               parts_.limits,
               parts_.resolve_doubt} {}

Result<std::unique_ptr<AdminApi>> AdminApi::Start(const config::Config& config, Parts parts,
                                                  std::shared_ptr<const identity::Rules> rules) {
  std::unique_ptr<AdminApi> api(new AdminApi(config, std::move(parts)));
  auto settings = api->SettingsOf(config, std::move(rules));
  if (!settings) return AtStart("secret", std::move(settings.error()));
  auto listener =
      rpc::Listener::Bind(api->server_.listen,
                          {api->server_.backlog, static_cast<size_t>(api->server_.max_connections),
                           static_cast<size_t>(api->server_.max_connections_per_peer),
                           platform::CurrentDescriptorBounds().callers},
                          api->parts_.metrics.Of<telemetry::ConnectionMetrics>());
  if (!listener) return AtStart("address", std::move(listener.error()));
  api->listener_ = std::move(*listener);
  if (auto started = api->StartWire(std::move(*settings)); !started) {
    return AtStart("secret", std::move(started.error()));
  }
  api->connecting_ = std::thread([&self = *api] { self.Connect(); });
  {
    std::unique_lock lock(api->mutex_);
    api->changed_.wait_for(lock, kMostAtStart, [&self = *api] { return self.looked_; });
  }
  api->parts_.log.Event(telemetry::LogLevel::kInfo, "admin_api_started",
                        {{"address", api->address()}, {"tls", api->tls_.has_value()}});
  return api;
}

AdminApi::~AdminApi() {
  Error gone;
  gone.code = Code::kUnavailable;
  gone.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  gone.message = "the gateway has ended";
  Stop(Duration::zero(), gone);
}

Result<std::shared_ptr<const rpc::Settings>> AdminApi::SettingsOf(
    const config::Config& config, std::shared_ptr<const identity::Rules> rules) {
  if (!rules) {
    auto own = MakeAdministratorRules(config, parts_.signing_keys);
    if (!own) return std::move(own.error());
    rules = std::move(*own);
  }
  std::vector<std::unique_ptr<policy::Policy>> policies;
  auto& load = parts_.metrics.Of<telemetry::LoadMetrics>();
  policies.push_back(
      std::make_unique<policy::Administrators>(parts_.metrics.Of<telemetry::AccessMetrics>()));
  policies.push_back(std::make_unique<policy::Concurrency>(max_in_flight_, in_flight_,
                                                           gateway::FairShare(100), &load));
  policies.push_back(std::make_unique<policy::Memory>(parts_.memory, load));
  // A stream is there to be followed.
  policies.push_back(std::make_unique<policy::Deadlines>(
      policy::Deadlines::Limits{config.deadlines.unary, config.deadlines.max, config.deadlines.max},
      parts_.clock));
  rpc::CallLimits limits;
  limits.request_bytes = kMostRequestBytes;
  limits.delivery = config.deadlines.delivery;
  rules_ = rules;
  configured_ = ConfiguredDirectoryOf(config);
  return std::shared_ptr<const rpc::Settings>(new rpc::Settings{{},
                                                                {},
                                                                limits,
                                                                policy::Chain(std::move(policies)),
                                                                1,
                                                                std::move(rules),
                                                                /*owned=*/false});
}

Result<void> AdminApi::StartWire(std::shared_ptr<const rpc::Settings> settings) {
  registry_ = std::make_unique<rpc::Registry>(endpoints::Administration(backend_), parts_.metrics);
  health_board_.Add(registry_->ServiceNames());
  auto wire = StartHttp2Server({server_, tls_, *registry_, health_, loop_shared_,
                                std::move(settings), listener_->closer(), /*loops=*/1},
                               loops_);
  if (!wire) return std::move(wire.error());
  wire_ = std::move(*wire);
  listener_->Start([this](int fd) { wire_->Adopt(fd); });
  return {};
}

Result<void> AdminApi::Use(const config::Config& config,
                           std::shared_ptr<const identity::Rules> rules) {
  auto settings = SettingsOf(config, std::move(rules));
  if (!settings) return std::move(settings.error());
  loops_.front()->Use(std::move(*settings));
  return {};
}

// Ends once there is a connection: from then on it looks after itself.
void AdminApi::Connect() {
  for (int64_t failures = 1;; ++failures) {
    auto directory = parts_.connect();
    if (directory) {
      std::vector<std::unique_ptr<store::Directory>> connections;
      connections.push_back(std::move(*directory));
      executor_->Serve(std::move(connections));
    } else {
      executor_->Refuse(std::move(directory.error()));
    }
    std::unique_lock lock(mutex_);
    looked_ = true;
    changed_.notify_all();
    if (directory) return;
    const Duration wait = Backoff(kFirstWait, kMostWait, failures);
    if (changed_.wait_for(lock, wait, [this] { return stopping_; })) return;
  }
}

void AdminApi::Leave() {
  if (!wire_) return;
  health_board_.SetAll(false);
  loops_.front()->Nudge();
  listener_->StopAccepting();
  wire_->Leave();
}

void AdminApi::WaitForCalls(SteadyTime until) {
  constexpr std::chrono::milliseconds kStep{10};
  std::unique_lock lock(mutex_);
  while (loops_.front()->live_calls() > 0 && parts_.clock.Now() < until) {
    changed_.wait_for(lock, kStep);
  }
}

void AdminApi::Stop(Duration time, const Error& why) {
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(stopping_, true)) return;
  }
  changed_.notify_all();
  if (connecting_.joinable()) connecting_.join();
  if (wire_) {
    Leave();
    WaitForCalls(parts_.clock.Now() + time);
    loops_.front()->CutCalls(why);
    wire_->Shutdown(parts_.clock.WallNow() + std::min<Duration>(time, kMostToTell));
    loops_.front()->Stop();
  }
  executor_.reset();
}

}  // namespace inferwire::app
