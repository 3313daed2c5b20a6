// The part of inferwire-server that works on batches, alone: it starts in no time, so that a test
// can kill it two hundred times. Usage: inferwire_batch_child CONFIG
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <variant>

#include "app/batch_runtime.h"
#include "app/call_settings.h"
#include "app/credential_store.h"
#include "catalogue/catalogue.h"
#include "config/config.h"
#include "gateway/memory_budget.h"
#include "identity/jwks_metrics.h"
#include "identity/key_fetcher.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "upstream/listing.h"
#include "upstream/name_service.h"
#include "upstream/resolver.h"

int main(int argc, char** argv) {
  auto loaded = inferwire::config::LoadConfigFile(argc > 1 ? argv[1] : "");
  const auto* config = std::get_if<inferwire::config::Config>(&loaded);
  if (config == nullptr) return 2;
  const inferwire::SystemClock clock;
  inferwire::telemetry::Metrics metrics;
  inferwire::telemetry::Log log({inferwire::telemetry::LogLevel::kWarning, false}, clock,
                                inferwire::telemetry::AsyncSink(std::cout));
  const inferwire::catalogue::Snapshot catalogue(config->catalogue.content);
  inferwire::app::CredentialStore keys(clock,
                                       metrics.Of<inferwire::telemetry::CredentialMetrics>());
  inferwire::gateway::MemoryBudget memory(inferwire::gateway::DefaultMemoryBudget());
  inferwire::routing::Board board(clock);
  inferwire::upstream::Resolver resolver(
      {clock, board, metrics.Of<inferwire::telemetry::EndpointMetrics>(), log},
      std::make_shared<inferwire::upstream::SystemNames>());
  inferwire::upstream::Listings listings;
  inferwire::identity::KeyFetcher signing_keys(
      {clock, metrics.Of<inferwire::identity::JwksMetrics>(), log, {}, 1});
  auto settings =
      inferwire::app::MakeCallSettings(*config, "",
                                       {clock,
                                        metrics,
                                        keys,
                                        catalogue,
                                        {},
                                        std::make_shared<inferwire::policy::QuotaCounts>(),
                                        memory,
                                        board,
                                        resolver,
                                        listings,
                                        signing_keys});
  if (!settings) return 3;
  const inferwire::http::TransferLimits transfers;
  auto batches = inferwire::app::BatchRuntime::Start(*config, {clock, metrics, transfers, log},
                                                     *settings, static_cast<uint64_t>(getpid()));
  if (!batches) {
    std::cerr << batches.error().message << '\n';
    return 4;
  }
  pause();  // until it is killed
  return 0;
}
