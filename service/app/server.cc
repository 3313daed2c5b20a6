#include "app/server.h"

#include <curl/curlver.h>
#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <utility>

#include "app/http2_server.h"
#include "app/route_watch.h"
#include "base/certificate.h"
#include "config/catalogue.h"
#include "config/change.h"
#include "config/values.h"
#include "endpoints/all.h"
#include "identity/auth_metrics.h"
#include "platform/descriptor_limit.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/health_check_metrics.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/log_metrics.h"
#include "telemetry/model_metrics.h"
#include "telemetry/otlp/exporter.h"
#include "telemetry/route_metrics.h"
#include "telemetry/server_metrics.h"

namespace inferwire::app {
namespace {

constexpr auto kStuckLoop = std::chrono::seconds(10);

int LoopCount(const config::ServerConfig& config) {
  if (config.loops > 0) return config.loops;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

// A configuration that was not read from a file has no content.
std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const config::Config& config) {
  return config.catalogue.content ? config.catalogue.content
                                  : config::BuiltInCatalogue(config.catalogue.strict);
}

int64_t MemoryLimitOf(const config::Config& config) {
  const auto bytes = static_cast<int64_t>(config.limits.memory_bytes);
  return bytes > 0 ? bytes : gateway::DefaultMemoryBudget();
}

// Says what could not be had, for the process's exit code.
Error AtStart(const std::string& what, Error error) {
  error.metadata["startup"] = what;
  return error;
}

bool ConcernsBatches(const std::vector<std::string>& changed_keys) {
  constexpr std::array<std::string_view, 4> kSections = {"upstreams", "batches", "catalogue",
                                                         "limits"};
  return std::ranges::any_of(changed_keys, [&](std::string_view key) {
    return std::ranges::any_of(kSections, [key](auto section) { return key.starts_with(section); });
  });
}

// "openai (https://api.openai.com/v1), simulator (invented answers)": what callers will reach.
std::string UpstreamNames(const config::Config& config) {
  std::string names;
  for (const config::UpstreamConfig& upstream : config.upstreams) {
    names += (names.empty() ? "" : ", ") + upstream.name + " (" +
             (upstream.simulator ? "simulator: invented answers" : upstream.base_url) + ")";
  }
  return names;
}

std::string HostName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

Server::Server(config::Config config, std::ostream& log, ConfigSource source)
    : config_(std::move(config)),
      metrics_(telemetry::ModelLimits{.models = static_cast<size_t>(config_.limits.metric_models)}),
      log_({config_.log.level, config_.log.calls}, clock_, telemetry::AsyncSink(log)),
      transfer_limits_(TransferLimitsOf(config_)),
      keys_(clock_, metrics_.Of<telemetry::CredentialMetrics>()),
      catalogue_(CatalogueOf(config_)),
      memory_(MemoryLimitOf(config_)),
      resolver_({clock_, board_, metrics_.Of<telemetry::EndpointMetrics>(), log_},
                std::make_shared<upstream::SystemNames>()),
      settings_parts_{clock_,
                      metrics_,
                      keys_,
                      catalogue_,
                      std::make_shared<policy::Concurrency::Count>(),
                      std::make_shared<policy::QuotaCounts>(),
                      memory_,
                      board_,
                      resolver_},
      health_(health_board_),
      prober_({clock_, metrics_.Of<telemetry::HealthCheckFamilies>(), log_, transfer_limits_,
               NewSeed()}),
      reloader_({clock_, keys_, metrics_.Of<telemetry::ConfigMetrics>(), log_,
                 [this](const config::Config& next) { return Apply(next); }},
                std::move(source), config_) {
  board_.set_on_change(TellOfPlaces(metrics_.Of<telemetry::RouteMetrics>(), log_));
}

Server::~Server() {
  HurryWithin(Duration::zero());
  Drain();
}

Result<std::unique_ptr<Server>> Server::Start(config::Config config, std::ostream& log,
                                              ConfigSource source) {
  std::unique_ptr<Server> server(new Server(std::move(config), log, std::move(source)));
  for (const auto step :
       {&Server::StartTracing, &Server::StartLedger, &Server::StartSettings, &Server::StartBatches,
        &Server::StartUploader, &Server::StartWire, &Server::StartAdmin}) {
    if (auto started = (server.get()->*step)(); !started) return started.error();
  }
  server->metrics_.Of<telemetry::ServerMetrics>().BuildInfo(INFERWIRE_VERSION, INFERWIRE_REVISION,
                                                            grpc::Version(), LIBCURL_VERSION);
  server->log_.Event(telemetry::LogLevel::kInfo, "started",
                     {{"address", server->address()},
                      {"admin_port", int64_t{server->admin_port()}},
                      {"loops", static_cast<int64_t>(server->loops_.size())},
                      {"tls", server->config_.tls.has_value()},
                      {"upstreams", UpstreamNames(server->config_)}});
  server->TellWhetherAsked(server->config_);
  for (const config::ConfigFault& warning : server->config_.warnings) {
    server->log_.Event(telemetry::LogLevel::kWarning, "config_warning",
                       {{"what", config::ToText(warning)}});
  }
  server->reloader_.Watch();
  return server;
}

Result<std::shared_ptr<const rpc::Settings>> Server::Prepare(const config::Config& config) {
  const bool simulated =
      std::any_of(config.upstreams.begin(), config.upstreams.end(),
                  [](const config::UpstreamConfig& each) { return each.simulator; });
  if (simulated && !simulator_) {
    auto started = simulator::Simulator::Start({});
    if (!started) return started.error();
    simulator_ = std::move(*started);
  }
  auto settings =
      MakeCallSettings(config, simulator_ ? simulator_->base_url() : "", settings_parts_);
  if (settings) {
    metrics_.Of<telemetry::ServerMetrics>().InFlightLimit(config.limits.max_in_flight);
    memory_.SetLimit(MemoryLimitOf(config));
  }
  return settings;
}

// Somebody who believes that callers are asked has to hear that they are not.
void Server::TellWhetherAsked(const config::Config& config) {
  const bool certificates = config.tls && config.tls->client_auth == config::ClientAuth::kRequire;
  const bool asks = certificates || !config.tenants.empty();
  metrics_.Of<identity::AuthMetrics>().Asked(asks);
  if (std::exchange(told_asks_, asks) == asks) return;
  if (asks) return log_.Event(telemetry::LogLevel::kInfo, "callers_asked");
  log_.Event(telemetry::LogLevel::kWarning, "callers_not_asked",
             {{"what", "whoever reaches " + config.server.listen +
                           " is served and spends: configure tenants, or tls.client_auth: "
                           "require"}});
}

Result<void> Server::StartTracing() {
  auto& metrics = metrics_.Of<telemetry::SpanMetrics>();  // shown without a collector too
  const config::TracingConfig& config = config_.tracing;
  if (config.endpoint.empty()) return {};
  const config::ServerAddress address =
      config::ParseEndpoint(config.endpoint).value_or(config::ServerAddress());
  auto channel = telemetry::ConnectCollector(address.target, address.tls, config.ca_bundle);
  if (!channel) return AtStart("secret", std::move(channel.error()));
  telemetry::Exporter::Options options;
  options.queue_spans = static_cast<size_t>(config.queue_spans);
  options.batch_spans = static_cast<size_t>(config.batch_spans);
  options.batch_delay = config.batch_delay;
  options.timeout = config.timeout;
  options.resource.version = INFERWIRE_VERSION;
  options.resource.instance = HostName();
  tracer_ = std::make_unique<telemetry::Tracer>(
      std::make_unique<telemetry::Exporter>(std::move(options), *channel, metrics),
      config.sample_ratio);
  return {};
}

Result<void> Server::StartLedger() {
  auto& metrics = metrics_.Of<telemetry::LedgerMetrics>();  // shown without a ledger too
  const config::LedgerConfig& config = config_.ledger;
  if (!config.configured()) return {};
  ledger::Book::Options options;
  options.folder = config.path;
  options.segment_bytes = config.segment;
  options.max_bytes = config.max_bytes;
  options.sync = config.sync;
  options.keep = config.keep;
  options.uploads = config_.store.configured();
  auto book = ledger::Book::Open(std::move(options), clock_, metrics, NewSeed());
  if (!book) return std::move(book.error());
  ledger_ = std::move(*book);
  const ledger::Recovered& recovered = ledger_->recovered();
  if (recovered.writers > 0) {
    log_.Event(telemetry::LogLevel::kWarning, "ledger_recovered",
               {{"processes", static_cast<int64_t>(recovered.writers)},
                {"calls_lost", static_cast<int64_t>(recovered.lost)}});
  }
  return {};
}

Result<void> Server::StartSettings() {
  auto settings = Prepare(config_);
  if (!settings) return AtStart("secret", std::move(settings.error()));
  CheckHealthOf(*settings);
  settings_ = std::move(*settings);
  return {};
}

void Server::CheckHealthOf(const std::shared_ptr<const rpc::Settings>& settings) {
  prober_.Use(std::shared_ptr<const upstream::Router>(settings, &settings->router));
}

// Of a changed configuration. Loops take it one after the other, calls that run keep theirs.
Result<void> Server::Apply(const config::Config& config) {
  auto settings = Prepare(config);
  if (!settings) return std::move(settings.error());
  log_.Configure({config.log.level, config.log.calls});
  if (tracer_) tracer_->SetRatio(config.tracing.sample_ratio);
  catalogue_.Replace(CatalogueOf(config));
  for (const auto& loop : loops_) loop->Use(*settings);
  settings_ = *settings;
  CheckHealthOf(*settings);
  TellWhetherAsked(config);
  // Its work begins anew, so only for what it works by.
  const config::Config running = reloader_.running();
  const bool owners_change = OwnershipOf(running).has_value() != OwnershipOf(config).has_value();
  if (batches_ && (owners_change || ConcernsBatches(config::ChangedKeys(running, config)))) {
    batches_->Use(config, *settings);
  }
  return {};
}

Result<void> Server::StartBatches() {
  if (auto started = StartStore(); !started) return started;
  // Asked as long as the settings say that there are owners.
  ownership_ = std::make_unique<batch::StoreOwnership>(batches_ ? &batches_->executor() : nullptr,
                                                       metrics_.Of<telemetry::BatchMetrics>(),
                                                       OwnershipRulesOf(config_.store));
  return {};
}

Result<void> Server::StartStore() {
  if (!config_.store.configured()) return {};
  auto batches =
      BatchRuntime::Start(config_, {clock_, metrics_, transfer_limits_, log_, ledger_.get()},
                          settings_.load(), NewSeed());
  if (!batches) return AtStart("secret", std::move(batches.error()));
  batches_ = std::move(*batches);
  return {};
}

Result<void> Server::StartUploader() {
  if (!ledger_ || !batches_) return {};
  ledger::Uploader::Options options;
  options.folder = config_.ledger.path;
  options.every = config_.ledger.upload;
  options.hours = config_.ledger.hours;
  uploader_ = std::make_unique<ledger::Uploader>(
      std::move(options), *ledger_, [this] { return batches_->ConnectUsage(); }, clock_,
      metrics_.Of<telemetry::LedgerMetrics>(), log_);
  return {};
}

Result<void> Server::StartWire() {
  auto listener = rpc::Listener::Bind(
      config_.server.listen,
      {config_.server.backlog, static_cast<size_t>(config_.server.max_connections),
       static_cast<size_t>(config_.server.max_connections_per_peer),
       platform::CurrentDescriptorBounds().callers},
      metrics_.Of<telemetry::ConnectionMetrics>());
  if (!listener) return AtStart("address", std::move(listener.error()));
  listener_ = std::move(*listener);

  registry_ = std::make_unique<rpc::Registry>(
      endpoints::All(batches_ ? &batches_->service() : nullptr), metrics_);
  health_board_.Add(registry_->ServiceNames());
  loop_shared_ = std::make_unique<rpc::LoopShared>(
      rpc::LoopShared{clock_, metrics_, transfer_limits_, log_, tracer_.get(), &memory_,
                      ownership_.get(), &refusals_, ledger_.get()});
  const WireParts parts{config_,
                        *registry_,
                        health_,
                        *loop_shared_,
                        settings_.load(),
                        listener_->closer(),
                        LoopCount(config_.server)};
  auto wire = StartHttp2Server(parts, loops_);
  if (!wire) return AtStart("secret", std::move(wire.error()));
  wire_ = std::move(*wire);
  listener_->Start([this](int fd) { wire_->Adopt(fd); });
  return {};
}

Result<void> Server::StartAdmin() {
  auto admin = admin::AdminServer::Start(
      config_.server.admin,
      {.metrics = [this] { return MetricsPage(); },
       .live = [this] { return Live(); },
       .ready = [this] { return Ready(); },
       .config = [this] { return config::Redacted(reloader_.running()); },
       .routes = [this] { return RoutesPage(settings_.load()->router, clock_.Now()); }});
  if (!admin) return AtStart("address", std::move(admin.error()));
  admin_ = std::move(*admin);
  return {};
}

std::string Server::MetricsPage() {
  metrics_.Of<telemetry::LogMetrics>().Dropped(static_cast<uint64_t>(log_.dropped()));
  metrics_.Of<telemetry::ConnectionMetrics>().Open(listener_->connections());
  metrics_.Of<telemetry::LoadMetrics>().Memory(memory_.held(), memory_.limit());
  auto& routes = metrics_.Of<telemetry::RouteMetrics>();
  MeasurePlaces(board_, clock_.Now(), routes);
  MeasureLimits(board_, metrics_.Of<telemetry::EndpointMetrics>());
  MeasureRoutes(settings_.load()->router, clock_.Now(), routes);
  if (batches_) batches_->Measure();
  if (config_.tls) {
    auto& certificates = metrics_.Of<telemetry::CredentialMetrics>();
    // Files that change: what is served is what they say now, within tls.refresh.
    for (const auto& [name, file] :
         {std::pair("server", config_.tls->certificate), {"client_ca", config_.tls->client_ca}}) {
      if (const auto end = CertificateExpiry(file)) certificates.CertificateExpiry(name, *end);
    }
  }
  return metrics_.Expose();
}

admin::Health Server::Live() const {
  const SteadyTime now = clock_.Now();
  for (const auto& loop : loops_) {
    if (now - loop->last_tick() > kStuckLoop) return {false, "a loop is stuck"};
  }
  if (!draining_ && !listener_->healthy()) return {false, "the listener is dead"};
  return {true, "ok"};
}

admin::Health Server::Ready() const {
  if (draining_) return {false, "draining"};
  return {true, "ok"};
}

}  // namespace inferwire::app
