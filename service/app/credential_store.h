// The keys of all upstreams, by where they are read from. They live longer than one version of the
// configuration: a changed file reaches the calls that are in flight too.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/config.h"
#include "telemetry/credential_metrics.h"
#include "upstream/upstream_key.h"

namespace inferwire::app {

// Thread-safe.
class CredentialStore {
 public:
  CredentialStore(const Clock& clock, telemetry::CredentialMetrics& metrics)
      : clock_(clock), metrics_(metrics) {}

  // upstream: its name, and behind a '/' the key's of a pool. on_load hears of every secret that is
  // new. Null for an upstream without a key. The same object for as long as somebody uses it.
  Result<std::shared_ptr<upstream::UpstreamKey>> KeyOf(const std::string& upstream,
                                                       const config::KeySource& source,
                                                       std::function<void()> on_load = {});

  struct Reread {
    std::vector<std::string> changed;  // names of upstreams
    std::vector<Error> errors;         // the old keys stay
  };
  Reread Reload();
  // The files that keys in use are read from.
  std::vector<std::string> Files() const;

 private:
  struct Entry {
    config::KeySource source;
    std::weak_ptr<upstream::UpstreamKey> key;
  };

  const Clock& clock_;
  telemetry::CredentialMetrics& metrics_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;  // by upstream
};

}  // namespace inferwire::app
