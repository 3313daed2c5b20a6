// The part of inferwire-server that works on batches, alone: it starts in no time, so that a test can
// kill it two hundred times. Usage: inferwire_batch_child CONFIG
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <variant>

#include "base/log.h"
#include "base/memory_budget.h"
#include "base/metrics.h"
#include "batches.h"
#include "catalogue/catalogue.h"
#include "config.h"
#include "key_ring.h"
#include "make_settings.h"

int main(int argc, char** argv) {
  auto loaded = inferwire::LoadConfigFile(argc > 1 ? argv[1] : "");
  const auto* config = std::get_if<inferwire::Config>(&loaded);
  if (config == nullptr) return 2;
  const inferwire::SystemClock clock;
  inferwire::Metrics metrics;
  inferwire::Log log({inferwire::LogLevel::kWarning, false}, clock, inferwire::AsyncSink(std::cout));
  const inferwire::catalogue::Holder catalogue(config->catalogue.content);
  inferwire::KeyRing keys(clock, metrics);
  inferwire::MemoryBudget memory(inferwire::DefaultMemoryBudget());
  auto settings = inferwire::MakeSettings(*config, "", {clock, metrics, keys, catalogue, {}, memory});
  if (!settings) return 3;
  const inferwire::http::TransferLimits transfers;
  auto batches = inferwire::Batches::Start(*config, {clock, metrics, transfers, log}, *settings,
                                         static_cast<uint64_t>(getpid()));
  if (!batches) {
    std::cerr << batches.error().message << '\n';
    return 4;
  }
  pause();  // until it is killed
  return 0;
}
