#include "config_change.h"

#include "config_parse.h"

namespace llmgate {

Config Reloaded(const Config& running, const Config& wanted) {
  Config next = wanted;
  next.server = running.server;
  next.tls = running.tls;
  next.reload = running.reload;
  next.store = running.store;
  // Handles and guards that live as long as the process are sized by these.
  next.limits.header_bytes = running.limits.header_bytes;
  next.limits.metric_models = running.limits.metric_models;
  next.tracing = running.tracing;
  next.tracing.sample_ratio = wanted.tracing.sample_ratio;
  return next;
}

std::vector<ConfigFault> FaultsOf(const Config& config) {
  Config checked = config;
  Faults faults;
  CheckConfig(checked, faults);
  // What a start makes of it: a server that runs keeps its connections' grace.
  if (config.server.max_connection_age_grace < LongestCall(config.deadlines)) {
    faults.AddAt("server.max_connection_age_grace",
                 "is less than the new deadlines.max, and needs a restart to follow it");
  }
  return faults.none() ? std::vector<ConfigFault>() : faults.Take();
}

}  // namespace llmgate
