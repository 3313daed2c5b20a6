// Takes changes of the configuration and of the keys into a running server: read whole, checked
// whole, then handed over at once, or not at all. Asked by SIGHUP, or by itself when files change.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/credential_store.h"
#include "base/clock.h"
#include "base/file_watch.h"
#include "base/result.h"
#include "config/config.h"
#include "telemetry/config_metrics.h"
#include "telemetry/log.h"

namespace inferwire::app {

// Where a server's configuration came from and can be read again.
struct ConfigSource {
  std::string file;                            // to watch; empty: none
  std::function<config::LoadedConfig()> load;  // empty: it cannot be read again
};

class ConfigReloader {
 public:
  struct Parts {
    const Clock& clock;
    CredentialStore& keys;
    telemetry::ConfigMetrics& metrics;
    telemetry::Log& log;
    // Makes the server use it; an error leaves everything as it was.
    std::function<Result<void>(const config::Config&)> apply;
    // Told of every configuration that was taken over, with the names of the keys that changed.
    std::function<void(const std::vector<std::string>& changed)> applied = [](const auto&) {};
  };

  // running: what the server was started with.
  ConfigReloader(Parts parts, ConfigSource source, config::Config running);

  // Any thread; one after the other.
  telemetry::ReloadResult Reload();
  // What the server adds to the configuration is another now: changes that with `change` and makes
  // the server use the running configuration again, without reading it. Any thread.
  Result<void> Reapply(const std::function<void()>& change);
  // Reloads when files change, now if they have since the start. Does nothing without files.
  void Watch();
  void StopWatching();

  config::Config running() const;

 private:
  // quiet: a refusal that was reported before is not reported again.
  telemetry::ReloadResult Reload(bool quiet);
  telemetry::ReloadResult TakeConfig(bool quiet);
  telemetry::ReloadResult TakeKeys(bool quiet);
  telemetry::ReloadResult Refuse(std::string& last, std::string_view event, std::string why,
                                 size_t faults, bool quiet);
  std::vector<std::string> Files() const;

  const Parts parts_;
  const ConfigSource source_;
  std::mutex reloading_;
  std::string wanted_;  // the fingerprint of what was read last
  std::string read_;    // the stamp of the files as they were then
  std::string refused_config_, refused_keys_;
  mutable std::mutex mutex_;  // of running_
  config::Config running_;
  std::unique_ptr<FileWatch> watch_;  // last: its thread uses the others
};

}  // namespace inferwire::app
