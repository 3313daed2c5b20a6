#include "batches.h"

#include <cstdlib>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "catalogue/catalogue.h"
#include "openai/dialect.h"

namespace llmgate {
namespace {

bool IsNative(const UpstreamConfig& upstream) {
  using By = UpstreamBatchesConfig::By;
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

batch::UpstreamFacts FactsOf(const UpstreamConfig& upstream) {
  batch::UpstreamFacts facts;
  facts.native = IsNative(upstream);
  facts.max_items = upstream.batches.max_items;
  facts.max_bytes = static_cast<int64_t>(upstream.batches.max_bytes);
  facts.queue_tokens = upstream.batches.queue_tokens;
  facts.model_queue_tokens = upstream.batches.model_queue_tokens;
  facts.concurrency = upstream.batches.concurrency;
  return facts;
}

Result<store::Location> LocationOf(const StoreConfig& config) {
  store::Location location;
  location.wait = config.wait;
  if (!config.path.empty()) {
    location.path = config.path;
    return location;
  }
  location.kind = store::Location::Kind::kPostgres;
  auto url = config.url_file.empty() ? Secret::FromEnv(config.url_variable)
                                     : Secret::FromFile(config.url_file);
  if (!url) return url.error();
  location.url = url->Reveal();
  return location;
}

batch::WorkerVersion VersionOf(const SharedSettings& settings,
                               std::shared_ptr<const batch::Options> options) {
  return {std::shared_ptr<const openai::Routes>(settings, &settings->routes),
          std::shared_ptr<const openai::AnswerLimits>(settings, &settings->answer_limits),
          std::move(options)};
}

}  // namespace

batch::Options BatchOptionsOf(const Config& config) {
  const BatchesConfig& from = config.batches;
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
  options.max_line_bytes = from.max_line_bytes;
  for (const UpstreamConfig& upstream : config.upstreams) {
    batch::UpstreamFacts facts = FactsOf(upstream);
    if (config.catalogue.content && !upstream.batches.tier.empty()) {
      AddTier(*config.catalogue.content, upstream.batches.tier, facts);
    }
    options.upstreams[upstream.name] = std::move(facts);
  }
  return options;
}

Result<std::unique_ptr<Batches>> Batches::Start(const Config& config, const Shared& shared,
                                                const SharedSettings& settings, uint64_t seed) {
  auto location = LocationOf(config.store);
  if (!location) return location.error();
  std::unique_ptr<Batches> batches(new Batches());
  batches->options_ = std::make_shared<const batch::Options>(BatchOptionsOf(config));
  auto database = store::Database::Open(*location);
  if (!database) return database.error();
  batches->database_ = std::move(*database);
  std::vector<std::unique_ptr<store::Jobs>> connections;
  for (int i = 0; i < config.store.connections; ++i) {
    auto connection = batches->database_->Connect();
    if (!connection) return connection.error();
    connections.push_back(std::move(*connection));
  }
  auto connection = batches->database_->Connect();
  if (!connection) return connection.error();
  batches->executor_ = std::make_unique<store::Executor>(
      std::move(connections), static_cast<size_t>(config.store.max_queued));
  batches->worker_ = std::make_unique<batch::Worker>(
      batch::WorkerShared{shared.clock, shared.metrics, shared.transfer_limits, shared.log},
      VersionOf(settings, batches->options_), std::move(*connection), seed);
  batches->service_ = std::make_unique<const batch::Service>(
      batch::Service{*batches->executor_, [&options = batches->options_] { return options.load(); },
                     [worker = batches->worker_.get()] { worker->Nudge(); }});
  batches->worker_->Start();
  return batches;
}

Batches::~Batches() { Stop(); }

void Batches::Use(const Config& config, const SharedSettings& settings) {
  auto options = std::make_shared<const batch::Options>(BatchOptionsOf(config));
  options_ = options;
  worker_->Use(VersionOf(settings, std::move(options)));
}

void Batches::Stop() {
  executor_.reset();
  if (worker_) worker_->Stop();
}

}  // namespace llmgate
