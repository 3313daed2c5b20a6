#include "app/batch_runtime.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "app/store_location.h"
#include "base/backoff.h"
#include "catalogue/catalogue.h"
#include "openai/dialect.h"
#include "store/fault.h"

namespace inferwire::app {
namespace {

using namespace std::chrono_literals;

// A start waits so long for a store that is there; what takes longer comes later.
constexpr std::chrono::milliseconds kMostAtStart = 2s;
// Between attempts to open it.
constexpr std::chrono::milliseconds kFirstWait = 1s, kMostWait = 30s;

bool IsNative(const config::UpstreamConfig& upstream) {
  using By = config::UpstreamBatchesConfig::By;
  if (upstream.batches.by != By::kDialect) return upstream.batches.by == By::kUpstream;
  return openai::FindDialect(upstream.dialect)->batches;
}

// What the catalogue knows of a usage tier, unless the configuration says something else.
void AddTier(const catalogue::Catalogue& catalogue, const std::string& tier,
             batch::UpstreamFacts& facts) {
  for (const catalogue::Model& model : catalogue.models()) {
    for (const catalogue::TierLimit& limit : model.tier_limits) {
      if (limit.tier != tier || !limit.batch_queue_tokens) continue;
      facts.model_queue_tokens.emplace(model.id, *limit.batch_queue_tokens);
      for (const auto* names : {&model.aliases, &model.snapshots}) {
        for (const std::string& name : *names) {
          facts.model_queue_tokens.emplace(name, *limit.batch_queue_tokens);
        }
      }
    }
  }
}

batch::UpstreamFacts FactsOf(const config::UpstreamConfig& upstream) {
  batch::UpstreamFacts facts;
  facts.native = IsNative(upstream);
  facts.max_items = upstream.batches.max_items;
  facts.max_bytes = static_cast<int64_t>(upstream.batches.max_bytes);
  facts.queue_tokens = upstream.batches.queue_tokens;
  facts.model_queue_tokens = upstream.batches.model_queue_tokens;
  facts.concurrency = upstream.batches.concurrency;
  return facts;
}

batch::WorkerVersion VersionOf(const SharedSettings& settings,
                               std::shared_ptr<const batch::Options> options) {
  return {std::shared_ptr<const upstream::Router>(settings, &settings->router),
          std::shared_ptr<const upstream::AnswerLimits>(settings, &settings->answer_limits),
          std::move(options), std::shared_ptr<gateway::CallerLimits>(settings, settings->quota)};
}

}  // namespace

std::optional<batch::OwnershipRules> OwnershipOf(const config::Config& config) {
  const bool certificates = config.tls && config.tls->client_auth != config::ClientAuth::kNone;
  if (!certificates && !config.has_tenants()) return std::nullopt;
  return OwnershipRulesOf(config.store);
}

batch::OwnershipRules OwnershipRulesOf(const config::StoreConfig& store) {
  return {.unknown_is_everyones = store.unknown_ids == config::StoreConfig::Unknown::kEveryones,
          .anonymous_refused = store.anonymous == config::StoreConfig::Anonymous::kRefused};
}

batch::Options BatchOptionsOf(const config::Config& config) {
  const config::BatchesConfig& from = config.batches;
  batch::Options options;
  options.max_items = from.max_items;
  options.max_bytes = static_cast<int64_t>(from.max_bytes);
  options.max_item_bytes = config.server.max_request_bytes;
  options.max_models = static_cast<size_t>(from.max_models);
  options.poll_min = from.poll_min;
  options.poll_max = from.poll_max;
  options.retry_min = from.retry_min;
  options.retry_max = from.retry_max;
  options.queue_poll = from.queue_poll;
  options.request_timeout = from.request_timeout;
  options.transfer_timeout = from.transfer_timeout;
  options.item_timeout = from.item_timeout;
  options.reconcile_looks = from.reconcile_looks;
  options.reconcile_wait = from.reconcile_wait;
  options.requeues = from.requeues;
  options.lease = from.lease;
  options.claim_interval = from.claim_interval;
  options.jobs_at_once = static_cast<size_t>(from.jobs_at_once);
  options.transfers_at_once = static_cast<size_t>(from.transfers_at_once);
  options.sweep_interval = from.sweep_interval;
  options.retention = from.retention;
  options.abandoned = from.abandoned;
  options.watch_interval = from.watch_interval;
  options.watchers_per_caller = static_cast<size_t>(from.watchers_per_caller);
  options.max_line_bytes = from.max_line_bytes;
  options.owned = OwnershipOf(config);
  options.store_bytes = static_cast<int64_t>(config.store.max_bytes);
  for (const config::UpstreamConfig& upstream : config.upstreams) {
    batch::UpstreamFacts facts = FactsOf(upstream);
    const std::string& tier =
        upstream.batches.tier.empty() ? upstream.limits.tier : upstream.batches.tier;
    if (config.catalogue.content && !tier.empty()) {
      AddTier(*config.catalogue.content, tier, facts);
    }
    options.upstreams[upstream.name] = std::move(facts);
  }
  return options;
}

BatchRuntime::BatchRuntime(const Shared& shared, store::Location location, int connections,
                           size_t max_queued, uint64_t seed)
    : shared_(shared),
      metrics_(shared.metrics.Of<telemetry::BatchMetrics>()),
      location_(std::move(location)),
      connections_(connections),
      seed_(seed),
      executor_(std::make_unique<store::Executor>(max_queued)),
      watchers_([this](size_t count) { metrics_.Watchers(count); }) {}

Result<std::unique_ptr<BatchRuntime>> BatchRuntime::Start(const config::Config& config,
                                                          const Shared& shared,
                                                          const SharedSettings& settings,
                                                          uint64_t seed) {
  auto location = StoreLocationOf(config.store);
  if (!location) return location.error();
  std::unique_ptr<BatchRuntime> batches(
      new BatchRuntime(shared, std::move(*location), config.store.connections,
                       static_cast<size_t>(config.store.max_queued), seed));
  BatchRuntime& self = *batches;
  self.options_ = std::make_shared<const batch::Options>(BatchOptionsOf(config));
  self.version_ = VersionOf(settings, self.options_);
  self.service_ = std::make_unique<const endpoints::BatchBackend>(endpoints::BatchBackend{
      *self.executor_, self.watchers_, [&self] { return self.options_.load(); },
      [&self] { self.WithWorker([](batch::Worker& worker) { worker.Nudge(); }); },
      [&self] { self.WithWorker([](batch::Worker& worker) { worker.Sweep(); }); },
      [&self](int64_t job) {
        self.WithWorker([job](batch::Worker& worker) { worker.Drop(job); });
      }});
  self.metrics_.StoreUp(false);
  self.keeper_ = std::thread([&self] { self.Keep(); });
  std::unique_lock lock(self.mutex_);
  self.changed_.wait_for(lock, kMostAtStart, [&self] { return self.looked_; });
  return batches;
}

BatchRuntime::~BatchRuntime() { Stop(); }

// Ends once the store is open: from then on its connections look after themselves.
void BatchRuntime::Keep() {
  std::string last;
  for (int64_t failures = 1;; ++failures) {
    auto opened = Open();
    {
      std::lock_guard lock(mutex_);
      looked_ = true;
    }
    changed_.notify_all();
    if (opened) {
      metrics_.StoreUp(true);
      shared_.log.Event(telemetry::LogLevel::kInfo, "store_opened");
      return;
    }
    metrics_.StoreFailed();
    const std::string why = opened.error().message;
    if (std::exchange(last, why) != why) {
      shared_.log.Event(telemetry::LogLevel::kError, "store_unavailable",
                        {{"error", why + "; batches are refused until it is there"}});
    }
    executor_->Refuse(std::move(opened.error()));
    const Duration wait = Backoff(kFirstWait, kMostWait, failures);
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, wait, [this] { return stopping_; })) return;
  }
}

Result<void> BatchRuntime::Open() {
  auto database = store::Database::Open(location_);
  if (!database) return database.error();
  std::vector<std::unique_ptr<store::Jobs>> connections;
  for (int i = 0; i <= connections_; ++i) {
    auto connection = (*database)->Connect();
    if (!connection) return connection.error();
    connections.push_back(std::move(*connection));
  }
  std::unique_ptr<store::Jobs> workers = std::move(connections.back());
  connections.pop_back();
  std::lock_guard lock(mutex_);
  database_ = std::move(*database);
  if (stopping_) return {};
  worker_ = std::make_unique<batch::Worker>(
      batch::WorkerShared{shared_.clock, shared_.metrics, shared_.transfer_limits, shared_.log,
                          shared_.ledger},
      version_, std::move(workers), seed_);
  worker_->Start();
  executor_->Serve(std::move(connections));
  return {};
}

Result<void> BatchRuntime::Opened() {
  std::lock_guard lock(mutex_);
  if (database_) return {};
  return store::StoreError(store::Fault::kConnection, "the store is not open yet");
}

Result<std::unique_ptr<store::Usage>> BatchRuntime::ConnectUsage() {
  if (auto opened = Opened(); !opened) return opened.error();
  return store::Usage::Connect(location_);
}

Result<std::unique_ptr<store::SqlDirectory>> BatchRuntime::ConnectDirectory(
    store::SqlDirectory::Options options) {
  if (auto opened = Opened(); !opened) return opened.error();
  return store::SqlDirectory::Connect(location_, std::move(options));
}

Result<std::unique_ptr<store::IdempotentKeys>> BatchRuntime::ConnectKeys(
    const store::IdempotentKeys::Times& times) {
  if (auto opened = Opened(); !opened) return opened.error();
  return store::IdempotentKeys::Connect(location_, times);
}

void BatchRuntime::WithWorker(const std::function<void(batch::Worker&)>& use) {
  std::lock_guard lock(mutex_);
  if (worker_) use(*worker_);
}

void BatchRuntime::Use(const config::Config& config, const SharedSettings& settings) {
  auto options = std::make_shared<const batch::Options>(BatchOptionsOf(config));
  options_ = options;
  std::lock_guard lock(mutex_);
  version_ = VersionOf(settings, std::move(options));
  if (worker_) worker_->Use(version_);
}

void BatchRuntime::Measure() {
  if (executor_) metrics_.StoreQueue(executor_->queued());
  WithWorker([&](batch::Worker& worker) {
    metrics_.WorkerBehind(
        std::chrono::duration<double>(shared_.clock.Now() - worker.last_tick()).count());
  });
}

void BatchRuntime::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  executor_.reset();
  if (worker_) worker_->Stop();
}

}  // namespace inferwire::app
