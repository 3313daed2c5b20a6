#include "app/server.h"

#include <curl/curlver.h>
#include <grpc/grpc.h>
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <array>
#include <utility>

#include "app/revision.h"
#include "app/route_watch.h"
#include "app/wire_parts.h"
#include "base/certificate.h"
#include "config/catalogue.h"
#include "config/change.h"
#include "config/values.h"
#include "identity/auth_metrics.h"
#include "identity/jwks_metrics.h"
#include "telemetry/discovery_metrics.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/health_check_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/log_metrics.h"
#include "telemetry/model_metrics.h"
#include "telemetry/route_metrics.h"
#include "telemetry/server_metrics.h"

namespace inferwire::app {
namespace {

constexpr auto kStuckLoop = std::chrono::seconds(10);

// A configuration that was not read from a file has no content.
std::shared_ptr<const catalogue::Catalogue> CatalogueOf(const config::Config& config) {
  return config.catalogue.content ? config.catalogue.content
                                  : config::BuiltInCatalogue(config.catalogue.strict);
}

int64_t MemoryLimitOf(const config::Config& config) {
  const auto bytes = static_cast<int64_t>(config.limits.memory_bytes);
  return bytes > 0 ? bytes : gateway::DefaultMemoryBudget();
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

std::shared_ptr<policy::QuotaCounts> CountsWith(const Clock& clock,
                                                limits::QueueObserver& observer) {
  auto counts = std::make_shared<policy::QuotaCounts>();
  counts->queue = std::make_shared<limits::FairQueue>(clock, &observer);
  return counts;
}

}  // namespace

Server::Server(config::Config config, std::ostream& log, ConfigSource source)
    : config_(std::move(config)),
      metrics_(telemetry::ModelLimits{.models = static_cast<size_t>(config_.limits.metric_models)}),
      log_({config_.log.level, config_.log.calls}, clock_, telemetry::AsyncSink(log)),
      transfer_limits_(TransferLimitsOf(config_)),
      keys_(clock_, metrics_.Of<telemetry::CredentialMetrics>()),
      catalogue_(CatalogueOf(config_), &clock_),
      memory_(MemoryLimitOf(config_)),
      resolver_({clock_, board_, metrics_.Of<telemetry::EndpointMetrics>(), log_},
                std::make_shared<upstream::SystemNames>()),
      queue_counts_(metrics_.Of<telemetry::QueueMetrics>()),
      signing_keys_(
          {clock_, metrics_.Of<identity::JwksMetrics>(), log_, transfer_limits_, NewSeed()}),
      settings_parts_{clock_,
                      metrics_,
                      keys_,
                      catalogue_,
                      std::make_shared<policy::Concurrency::Count>(),
                      CountsWith(clock_, queue_counts_),
                      memory_,
                      board_,
                      resolver_,
                      listings_,
                      signing_keys_},
      health_(health_board_),
      prober_({clock_, metrics_.Of<telemetry::HealthCheckFamilies>(),
               metrics_.Of<telemetry::DiscoveryFamilies>(), log_, transfer_limits_, NewSeed()}),
      reloader_({clock_, keys_, metrics_.Of<telemetry::ConfigMetrics>(), log_,
                 [this](const config::Config& next) { return Apply(next); },
                 [this](const std::vector<std::string>& changed) {
                   if (audit_) audit_->Add("config.reload", "", JsonList("changed", changed));
                 }},
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
       {&Server::StartTracing, &Server::StartLedger, &Server::StartSharedLimits,
        &Server::StartSettings, &Server::StartBatches, &Server::StartUploader, &Server::StartWire,
        &Server::StartAdminApi, &Server::StartTryBox, &Server::StartAdmin}) {
    if (auto started = (server.get()->*step)(); !started) return started.error();
  }
  server->metrics_.Of<telemetry::ServerMetrics>().BuildInfo(
      INFERWIRE_VERSION, std::string(Revision()), grpc::Version(), LIBCURL_VERSION);
  server->log_.Event(telemetry::LogLevel::kInfo, "started",
                     {{"address", server->address()},
                      {"admin_port", int64_t{server->admin_port()}},
                      {"loops", static_cast<int64_t>(server->loops_.size())},
                      {"tls", server->config_.tls.has_value()},
                      {"upstreams", UpstreamNames(server->config_)}});
  server->metrics_.ShowInferenceNames(server->config_.metrics.inference_names);
  server->TellWhetherAsked(server->config_);
  server->TellOfPriceList(server->config_);
  for (const config::ConfigFault& warning : server->config_.warnings) {
    server->log_.Event(telemetry::LogLevel::kWarning, "config_warning",
                       {{"what", config::ToText(warning)}});
  }
  server->StartDirectory();
  server->reloader_.Watch();
  return server;
}

Result<std::shared_ptr<const rpc::Settings>> Server::Prepare(const config::Config& given) {
  const config::Config config = WithDirectory(given);
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
    RunQueue();
  }
  return settings;
}

void Server::RunQueue() {
  const std::lock_guard lock(mutex_);
  if (drained_) return;
  const std::shared_ptr<limits::FairQueue>& queue = settings_parts_.quota->queue;
  if (queue->on() || queue->waiting() > 0) {
    if (!queue_pump_) queue_pump_ = std::make_unique<limits::Pump>(queue);
  } else {
    queue_pump_.reset();
  }
}

// Somebody who believes that callers are asked has to hear that they are not.
void Server::TellWhetherAsked(const config::Config& config) {
  const bool certificates = config.tls && config.tls->client_auth == config::ClientAuth::kRequire;
  const bool asks = certificates || config.has_tenants();
  metrics_.Of<identity::AuthMetrics>().Asked(asks);
  if (std::exchange(told_asks_, asks) == asks) return;
  if (asks) return log_.Event(telemetry::LogLevel::kInfo, "callers_asked");
  log_.Event(telemetry::LogLevel::kWarning, "callers_not_asked",
             {{"what", "whoever reaches " + config.server.listen +
                           " is served and spends: configure tenants, or tls.client_auth: "
                           "require"}});
}

// Once for each content: what of it counts, and from which revision on.
void Server::TellOfPriceList(const config::Config& config) {
  const config::CatalogueConfig& catalogue = config.catalogue;
  if (!catalogue.price_list || std::exchange(told_list_, catalogue.digest) == catalogue.digest) {
    return;
  }
  const std::string revision = CatalogueOf(config)->revision();
  log_.Event(telemetry::LogLevel::kInfo, "price_list_read",
             {{"file", std::string_view(catalogue.price_list->file)},
              {"revision", std::string_view(revision)},
              {"entries", catalogue.listed},
              {"entries_said", catalogue.said}});
}

void Server::CheckHealthOf(const std::shared_ptr<const rpc::Settings>& settings) {
  prober_.Use(std::shared_ptr<const upstream::Router>(settings, &settings->router));
}

// Of a changed configuration. Loops take it one after the other, calls that run keep theirs.
Result<void> Server::Apply(const config::Config& config) {
  auto settings = Prepare(config);
  if (!settings) return std::move(settings.error());
  log_.Configure({config.log.level, config.log.calls});
  metrics_.ShowInferenceNames(config.metrics.inference_names);
  if (limits_) limits_->Use(config.limits);
  if (tracer_) tracer_->SetRatio(config.tracing.sample_ratio);
  catalogue_.Replace(CatalogueOf(config));
  for (const auto& loop : loops_) loop->Use(*settings);
  {
    const std::lock_guard lock(trying_);
    if (try_box_) try_box_->Use(*settings);
  }
  settings_ = *settings;
  if (admin_api_) {
    if (auto used = admin_api_->Use(config, (*settings)->identity); !used) return used;
  }
  CheckHealthOf(*settings);
  TellWhetherAsked(config);
  TellOfPriceList(config);
  // Its work begins anew, so only for what it works by.
  const config::Config running = reloader_.running();
  const bool owners_change = OwnershipOf(running).has_value() != OwnershipOf(config).has_value();
  if (batches_ && (owners_change || ConcernsBatches(config::ChangedKeys(running, config)))) {
    batches_->Use(config, *settings);
  }
  return {};
}

std::string Server::MetricsPage(bool open_metrics) {
  metrics_.Of<telemetry::LogMetrics>().Dropped(static_cast<uint64_t>(log_.dropped()));
  metrics_.Of<telemetry::LoadMetrics>().Memory(memory_.held(), memory_.limit());
  auto& routes = metrics_.Of<telemetry::RouteMetrics>();
  MeasurePlaces(board_, clock_.Now(), routes);
  MeasureLimits(board_, metrics_.Of<telemetry::EndpointMetrics>());
  MeasureRoutes(settings_.load()->router, clock_.Now(), routes);
  budgets_.Look();
  if (batches_) batches_->Measure();
  if (directory_) directory_->Measure();
  signing_keys_.Measure();
  if (config_.tls) {
    auto& certificates = metrics_.Of<telemetry::CredentialMetrics>();
    // Files that change: what is served is what they say now, within tls.refresh.
    for (const auto& [name, file] :
         {std::pair("server", config_.tls->certificate), {"client_ca", config_.tls->client_ca}}) {
      if (const auto end = CertificateExpiry(file)) certificates.CertificateExpiry(name, *end);
    }
  }
  return open_metrics ? metrics_.ExposeOpenMetrics() : metrics_.Expose();
}

admin::Health Server::Live() const {
  const SteadyTime now = clock_.Now();
  for (const auto& loop : loops_) {
    if (now - loop->last_tick() > kStuckLoop) return {false, "a loop is stuck"};
  }
  if (!draining_ && !listener_->healthy()) return {false, "the listener is dead"};
  if (admin_api_ && now - admin_api_->last_tick() > kStuckLoop) {
    return {false, "the administrators' loop is stuck"};
  }
  if (admin_api_ && !draining_ && !admin_api_->healthy()) {
    return {false, "the administrators' listener is dead"};
  }
  return {true, "ok"};
}

admin::Health Server::Ready() const {
  if (draining_) return {false, "draining"};
  if (!KnowsCallers()) return {false, "the store's tenants and keys have not been read yet"};
  // Else the first callers' tokens would be refused.
  if (!signing_keys_.tried_first()) return {false, "fetching the keys of issuers of tokens"};
  return {true, "ok"};
}

}  // namespace inferwire::app
