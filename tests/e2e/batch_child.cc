// The part of llmgate-server that works on batches, alone: it starts in no time, so that a test can
// kill it two hundred times. Usage: llmgate_batch_child CONFIG
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
  auto loaded = llmgate::LoadConfigFile(argc > 1 ? argv[1] : "");
  const auto* config = std::get_if<llmgate::Config>(&loaded);
  if (config == nullptr) return 2;
  const llmgate::SystemClock clock;
  llmgate::Metrics metrics;
  llmgate::Log log({llmgate::LogLevel::kWarning, false}, clock, llmgate::AsyncSink(std::cout));
  const llmgate::catalogue::Holder catalogue(config->catalogue.content);
  llmgate::KeyRing keys(clock, metrics);
  llmgate::MemoryBudget memory(llmgate::DefaultMemoryBudget());
  auto settings = llmgate::MakeSettings(*config, "", {clock, metrics, keys, catalogue, {}, memory});
  if (!settings) return 3;
  const llmgate::http::TransferLimits transfers;
  auto batches = llmgate::Batches::Start(*config, {clock, metrics, transfers, log}, *settings,
                                         static_cast<uint64_t>(getpid()));
  if (!batches) {
    std::cerr << batches.error().message << '\n';
    return 4;
  }
  pause();  // until it is killed
  return 0;
}
