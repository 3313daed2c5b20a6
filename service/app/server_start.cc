// The steps in which a server starts.
#include <algorithm>
#include <thread>
#include <utility>

#include "app/calls_page.h"
#include "app/host_name.h"
#include "app/http2_server.h"
#include "app/limits_page.h"
#include "app/models_page.h"
#include "app/route_watch.h"
#include "app/server.h"
#include "config/values.h"
#include "endpoints/all.h"
#include "platform/descriptor_limit.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/otlp/exporter.h"

namespace inferwire::app {
namespace {

int LoopCount(const config::ServerConfig& config) {
  if (config.loops > 0) return config.loops;
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

// Says what could not be had, for the process's exit code.
Error AtStart(const std::string& what, Error error) {
  error.metadata["startup"] = what;
  return error;
}

}  // namespace

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

Result<void> Server::StartSharedLimits() {
  metrics_.Of<telemetry::LeaseMetrics>();  // shown where they are not shared too
  if (!config_.limits.shared) return {};
  auto limits =
      SharedLimits::Start(config_, clock_, metrics_, log_, ledger_ ? ledger_->writer() : NewSeed());
  if (!limits) return AtStart("secret", std::move(limits.error()));
  limits_ = std::move(*limits);
  if (ledger_ && ledger_->recovered().writers > 0) {
    limits_->SettleFrom(config_.ledger.path, config_.ledger.users != tenancy::KeepUsers::kOff);
  }
  limits_->OnGranted([queue = settings_parts_.quota->queue] { queue->Wake(); });
  settings_parts_.quota->meters.UseSource(
      std::shared_ptr<limits::MeterSource>(limits_, &limits_->meters()));
  return {};
}

Result<void> Server::StartSettings() {
  MakeDirectory();
  auto settings = Prepare(config_);
  if (!settings) return AtStart("secret", std::move(settings.error()));
  CheckHealthOf(*settings);
  settings_ = std::move(*settings);
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
  telemetry::LedgerMetrics* const ledger =
      ledger_ ? &metrics_.Of<telemetry::LedgerMetrics>() : nullptr;
  auto batches = BatchRuntime::Start(config_, {clock_, metrics_, transfer_limits_, log_, ledger},
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

void Server::StartKeys() {
  const config::IdempotencyConfig& config = config_.idempotency;
  if (config.shared && batches_) {
    const store::IdempotentKeys::Times times{.keep = config.keep};
    shared_keys_ = std::make_unique<StoreKeys>(
        StoreKeys::Options{}, [this, times] { return batches_->ConnectKeys(times); }, clock_, log_);
  }
  idempotent_ = std::make_unique<rpc::IdempotentCalls>(
      rpc::IdempotentCalls::Limits{config.keep, config.memory_bytes, config.max_answer_bytes,
                                   static_cast<size_t>(config.max_waiting)},
      clock_, metrics_.Of<telemetry::IdempotentMetrics>(), shared_keys_.get());
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

  if (uploader_) usage_.emplace(endpoints::UsageBackend{batches_->executor()});
  registry_ = std::make_unique<rpc::Registry>(
      endpoints::All(batches_ ? &batches_->service() : nullptr, usage_ ? &*usage_ : nullptr),
      metrics_);
  health_board_.Add(registry_->ServiceNames());
  StartKeys();
  loop_shared_ = std::make_unique<rpc::LoopShared>(rpc::LoopShared{
      clock_, metrics_, transfer_limits_, log_, tracer_.get(), &memory_, ownership_.get(),
      &refusals_, ledger_.get(), idempotent_.get(), &shown_calls_});
  const WireParts parts{
      config_.server, config_.tls,      *registry_,          health_,
      *loop_shared_,  settings_.load(), listener_->closer(), LoopCount(config_.server)};
  auto wire = StartHttp2Server(parts, loops_);
  if (!wire) return AtStart("secret", std::move(wire.error()));
  wire_ = std::move(*wire);
  listener_->Start([this](int fd) { wire_->Adopt(fd); });
  return {};
}

Result<void> Server::StartTryBox() {
  if (!config_.server.try_it) return {};
  auto box = TryBox::Start(config_.server, *registry_, *loop_shared_, settings_.load());
  if (!box) return std::move(box.error());
  try_box_ = std::move(*box);
  return {};
}

Result<void> Server::StartAdmin() {
  const auto tried = [this](const auto& ask) -> admin::TryAnswer {
    const std::lock_guard lock(trying_);
    return try_box_ ? ask(*try_box_) : admin::TryAnswer{503, "{}"};
  };
  std::optional<admin::TryPages> try_it;
  if (config_.server.try_it) {
    try_it = {.begin =
                  [tried](std::string_view authorization, std::string_view body) {
                    return tried([&](TryBox& box) { return box.Begin(authorization, body); });
                  },
              .take =
                  [tried](std::string_view ticket) {
                    return tried([&](TryBox& box) { return box.Take(ticket); });
                  }};
  }
  auto admin = admin::AdminServer::Start(
      config_.server.admin,
      {.metrics = [this](bool open) { return MetricsPage(open); },
       .live = [this] { return Live(); },
       .ready = [this] { return Ready(); },
       .config = [this] { return config::Redacted(reloader_.running()); },
       .routes = [this] { return RoutesPage(settings_.load()->router, clock_.Now()); },
       .limits = [this] { return LimitsPage(settings_.load()->quota); },
       .calls = [this] { return CallsPage(shown_calls_.recent, clock_); },
       .history = [this] { return HistoryPage(shown_calls_.history, clock_.Now()); },
       .models = [this] { return ModelsPage(settings_.load()->router); },
       .try_it = std::move(try_it)});
  if (!admin) return AtStart("address", std::move(admin.error()));
  admin_ = std::move(*admin);
  budgets_.Start();
  return {};
}

}  // namespace inferwire::app
