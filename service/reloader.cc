#include "reloader.h"

#include <utility>
#include <variant>

#include "config_change.h"

namespace inferwire {
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

std::string Told(const std::vector<ConfigFault>& faults) {
  std::vector<std::string> texts;
  for (const ConfigFault& fault : faults) texts.push_back(ToText(fault));
  return Named(texts);
}

}  // namespace

Reloader::Reloader(Parts parts, ConfigSource source, Config running)
    : parts_(std::move(parts)),
      source_(std::move(source)),
      wanted_(Fingerprint(running)),
      running_(std::move(running)) {
  parts_.metrics.ConfigInUse(wanted_, parts_.clock.WallNow());
}

Config Reloader::running() const {
  std::lock_guard lock(mutex_);
  return running_;
}

void Reloader::Watch() {
  const ReloadConfig config = running().reload;
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
    parts_.log.Event(LogLevel::kWarning, "files_not_watched",
                     {{"check_every_s", static_cast<double>(config.check_every.count()) / 1000}});
  }
  Reload(true);  // what changed between the reading and the watching
}

void Reloader::StopWatching() {
  std::unique_ptr<FileWatch> stopped;
  std::lock_guard lock(reloading_);
  stopped.swap(watch_);
}

std::vector<std::string> Reloader::Files() const {
  std::vector<std::string> files = parts_.keys.Files();
  if (!source_.file.empty()) files.push_back(source_.file);
  if (std::string file = running().catalogue.file; !file.empty()) files.push_back(std::move(file));
  return files;
}

ReloadResult Reloader::Reload() { return Reload(false); }

ReloadResult Reloader::Reload(bool quiet) {
  std::lock_guard lock(reloading_);
  // Keys first: a new upstream of the new configuration reads its own.
  const ReloadResult keys = TakeKeys(quiet);
  const ReloadResult config = TakeConfig(quiet);
  ReloadResult result = ReloadResult::kUnchanged;
  for (const ReloadResult each : {keys, config}) {
    if (each == ReloadResult::kApplied && result == ReloadResult::kUnchanged) result = each;
    if (each == ReloadResult::kRejected) result = each;
  }
  const bool good = refused_config_.empty() && refused_keys_.empty();
  if (!quiet || result != ReloadResult::kUnchanged) parts_.metrics.ConfigReloaded(result, good);
  if (watch_ && result == ReloadResult::kApplied) watch_->Watch(Files());
  return result;
}

ReloadResult Reloader::TakeKeys(bool quiet) {
  const KeyRing::Reread reread = parts_.keys.Reload();
  if (!reread.changed.empty()) {
    parts_.log.Event(LogLevel::kInfo, "keys_reloaded", {{"upstreams", Named(reread.changed)}});
  }
  if (!reread.errors.empty()) {
    std::vector<std::string> texts;
    for (const Error& error : reread.errors) texts.push_back(error.message);
    return Refuse(refused_keys_, "key_reload_failed", Named(texts), texts.size(), quiet);
  }
  refused_keys_.clear();
  return reread.changed.empty() ? ReloadResult::kUnchanged : ReloadResult::kApplied;
}

ReloadResult Reloader::TakeConfig(bool quiet) {
  if (!source_.load) return ReloadResult::kUnchanged;
  const auto refuse = [&](std::string why, size_t faults) {
    return Refuse(refused_config_, "config_reload_failed", std::move(why), faults, quiet);
  };
  const LoadedConfig loaded = source_.load();
  if (const auto* faults = std::get_if<std::vector<ConfigFault>>(&loaded)) {
    return refuse(Told(*faults), faults->size());
  }
  const auto& wanted = std::get<Config>(loaded);
  const std::string fingerprint = Fingerprint(wanted);
  if (fingerprint == wanted_ && refused_config_.empty()) return ReloadResult::kUnchanged;

  const Config before = running(), next = Reloaded(before, wanted);
  // What stays may not fit to what is new.
  if (const auto faults = FaultsOf(next); !faults.empty()) {
    return refuse(Told(faults), faults.size());
  }
  if (auto applied = parts_.apply(next); !applied) return refuse(applied.error().message, 1);
  {
    std::lock_guard lock(mutex_);
    running_ = next;
  }
  wanted_ = fingerprint;
  refused_config_.clear();
  const std::string hash = Fingerprint(next);
  parts_.metrics.ConfigInUse(hash, parts_.clock.WallNow());
  parts_.log.Event(LogLevel::kInfo, "config_reloaded",
                   {{"hash", hash}, {"changed", Named(ChangedKeys(before, next))}});
  if (const auto stuck = ChangedKeys(next, wanted); !stuck.empty()) {
    parts_.log.Event(LogLevel::kWarning, "config_needs_restart", {{"keys", Named(stuck)}});
  }
  return ReloadResult::kApplied;
}

ReloadResult Reloader::Refuse(std::string& last, std::string_view event, std::string why,
                              size_t faults, bool quiet) {
  if (quiet && why == last) return ReloadResult::kUnchanged;
  parts_.log.Event(LogLevel::kError, event,
                   {{"faults", static_cast<int64_t>(faults)}, {"why", why}});
  last = std::move(why);
  return ReloadResult::kRejected;
}

}  // namespace inferwire
