#include "app/config_reloader.h"

#include <utility>
#include <variant>

#include "base/file_stamp.h"
#include "config/catalogue.h"
#include "config/change.h"

namespace inferwire::app {
namespace {

constexpr size_t kMostNamed = 10;  // keys or faults in one log line

std::string Named(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < kMostNamed; ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > kMostNamed) text += " and " + std::to_string(names.size() - kMostNamed);
  return text;
}

std::string Told(const std::vector<config::ConfigFault>& faults) {
  std::vector<std::string> texts;
  for (const config::ConfigFault& fault : faults) texts.push_back(config::ToText(fault));
  return Named(texts);
}

}  // namespace

ConfigReloader::ConfigReloader(Parts parts, ConfigSource source, config::Config running)
    : parts_(std::move(parts)),
      source_(std::move(source)),
      wanted_(config::Fingerprint(running)),
      running_(std::move(running)) {
  parts_.metrics.InUse(wanted_, parts_.clock.WallNow());
}

config::Config ConfigReloader::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void ConfigReloader::Watch() {
  const config::ReloadConfig config = running().reload;
  if (!config.watch || Files().empty()) return;
  FileWatch::Times times;
  times.check_every = config.check_every;
  bool notified = false;
  {
    std::lock_guard lock(reloading_);
    watch_ = std::make_unique<FileWatch>(Files(), times, [this] { Reload(true); });
    notified = watch_->notified();
  }
  if (!notified) {
    parts_.log.Event(telemetry::LogLevel::kWarning, "files_not_watched",
                     {{"check_every_s", static_cast<double>(config.check_every.count()) / 1000}});
  }
  Reload(true);  // what changed between the reading and the watching
}

void ConfigReloader::StopWatching() {
  std::unique_ptr<FileWatch> stopped;
  std::lock_guard lock(reloading_);
  stopped.swap(watch_);
}

std::vector<std::string> ConfigReloader::Files() const {
  std::vector<std::string> files = parts_.keys.Files();
  if (!source_.file.empty()) files.push_back(source_.file);
  const config::Config config = running();
  if (!config.catalogue.file.empty()) files.push_back(config.catalogue.file);
  if (config.catalogue.price_list) files.push_back(config.catalogue.price_list->file);
  if (!config.catalogue.overlay.empty()) files.push_back(config.catalogue.overlay);
  const auto& keys = config.identity.keys.files;
  files.insert(files.end(), keys.begin(), keys.end());
  for (const config::JwtIssuerConfig& issuer : config.identity.jwt) {
    if (!issuer.keys.empty()) files.push_back(issuer.keys);
  }
  return files;
}

Result<void> ConfigReloader::Reapply(const std::function<void()>& change) {
  std::lock_guard lock(reloading_);
  change();
  return parts_.apply(running());
}

telemetry::ReloadResult ConfigReloader::Reload() { return Reload(false); }

telemetry::ReloadResult ConfigReloader::Reload(bool quiet) {
  std::lock_guard lock(reloading_);
  // Keys first: a new upstream of the new configuration reads its own.
  const telemetry::ReloadResult keys = TakeKeys(quiet);
  const telemetry::ReloadResult config = TakeConfig(quiet);
  telemetry::ReloadResult result = telemetry::ReloadResult::kUnchanged;
  for (const telemetry::ReloadResult each : {keys, config}) {
    if (each == telemetry::ReloadResult::kApplied && result == telemetry::ReloadResult::kUnchanged)
      result = each;
    if (each == telemetry::ReloadResult::kRejected) result = each;
  }
  const bool good = refused_config_.empty() && refused_keys_.empty();
  if (!quiet || result != telemetry::ReloadResult::kUnchanged)
    parts_.metrics.Reloaded(result, good);
  if (watch_ && result == telemetry::ReloadResult::kApplied) watch_->Watch(Files());
  return result;
}

telemetry::ReloadResult ConfigReloader::TakeKeys(bool quiet) {
  const CredentialStore::Reread reread = parts_.keys.Reload();
  if (!reread.changed.empty()) {
    parts_.log.Event(telemetry::LogLevel::kInfo, "keys_reloaded",
                     {{"upstreams", Named(reread.changed)}});
  }
  if (!reread.errors.empty()) {
    std::vector<std::string> texts;
    for (const Error& error : reread.errors) texts.push_back(error.message);
    return Refuse(refused_keys_, "key_reload_failed", Named(texts), texts.size(), quiet);
  }
  refused_keys_.clear();
  return reread.changed.empty() ? telemetry::ReloadResult::kUnchanged
                                : telemetry::ReloadResult::kApplied;
}

telemetry::ReloadResult ConfigReloader::TakeConfig(bool quiet) {
  if (!source_.load) return telemetry::ReloadResult::kUnchanged;
  const auto refuse = [&](std::string why, size_t faults) {
    return Refuse(refused_config_, "config_reload_failed", std::move(why), faults, quiet);
  };
  std::string stamp = StampOf(Files());
  // Reading a catalogue and a price list takes half a second, once a minute.
  if (quiet && refused_config_.empty() && stamp == read_) {
    return telemetry::ReloadResult::kUnchanged;
  }
  read_ = std::move(stamp);
  const config::LoadedConfig loaded = source_.load();
  if (const auto* faults = std::get_if<std::vector<config::ConfigFault>>(&loaded)) {
    return refuse(Told(*faults), faults->size());
  }
  const auto& wanted = std::get<config::Config>(loaded);
  const std::string fingerprint = config::Fingerprint(wanted);
  if (fingerprint == wanted_ && refused_config_.empty()) return telemetry::ReloadResult::kUnchanged;

  const config::Config before = running(), next = config::Reloaded(before, wanted);
  // What stays may not fit to what is new.
  if (const auto faults = config::FaultsOf(next); !faults.empty()) {
    return refuse(Told(faults), faults.size());
  }
  if (before.catalogue.content && next.catalogue.content) {
    const auto changes =
        config::UnmarkedChanges(*before.catalogue.content, *next.catalogue.content);
    if (!changes.empty()) return refuse(changes.front(), changes.size());
  }
  if (auto applied = parts_.apply(next); !applied) return refuse(applied.error().message, 1);
  {
    std::lock_guard lock(mutex_);
    running_ = next;
  }
  wanted_ = fingerprint;
  refused_config_.clear();
  const std::vector<std::string> changed = config::ChangedKeys(before, next);
  parts_.applied(changed);
  const std::string hash = config::Fingerprint(next);
  parts_.metrics.InUse(hash, parts_.clock.WallNow());
  parts_.log.Event(telemetry::LogLevel::kInfo, "config_reloaded",
                   {{"hash", hash}, {"changed", Named(changed)}});
  if (const auto stuck = config::ChangedKeys(next, wanted); !stuck.empty()) {
    parts_.log.Event(telemetry::LogLevel::kWarning, "config_needs_restart",
                     {{"keys", Named(stuck)}});
  }
  return telemetry::ReloadResult::kApplied;
}

telemetry::ReloadResult ConfigReloader::Refuse(std::string& last, std::string_view event,
                                               std::string why, size_t faults, bool quiet) {
  if (quiet && why == last) return telemetry::ReloadResult::kUnchanged;
  parts_.log.Event(telemetry::LogLevel::kError, event,
                   {{"faults", static_cast<int64_t>(faults)}, {"why", why}});
  last = std::move(why);
  return telemetry::ReloadResult::kRejected;
}

}  // namespace inferwire::app
