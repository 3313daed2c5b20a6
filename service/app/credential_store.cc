#include "app/credential_store.h"

#include <utility>

#include "base/secret.h"

namespace inferwire::app {
namespace {

Result<Secret> ReadKey(const config::KeySource& source) {
  return source.kind == config::KeySource::Kind::kEnv ? Secret::FromEnv(source.name)
                                                      : Secret::FromFile(source.name);
}

Error Of(const std::string& upstream, Error error) {
  error.message = "upstream " + upstream + ": " + error.message;
  return error;
}

}  // namespace

Result<std::shared_ptr<upstream::UpstreamKey>> CredentialStore::KeyOf(
    const std::string& upstream, const config::KeySource& source, std::function<void()> on_load) {
  if (source.kind == config::KeySource::Kind::kNone)
    return std::shared_ptr<upstream::UpstreamKey>();
  std::lock_guard lock(mutex_);
  const auto found = entries_.find(upstream);
  if (found != entries_.end() && found->second.source == source) {
    if (auto key = found->second.key.lock()) return key;
  }
  auto key = upstream::UpstreamKey::Read([source] { return ReadKey(source); },
                                         [this, upstream, on_load = std::move(on_load)] {
                                           metrics_.SecretLoaded(upstream, clock_.WallNow());
                                           if (on_load) on_load();
                                         });
  if (!key) return Of(upstream, std::move(key.error()));
  entries_[upstream] = {source, *key};
  return key;
}

CredentialStore::Reread CredentialStore::Reload() {
  std::lock_guard lock(mutex_);
  Reread reread;
  std::erase_if(entries_, [](const auto& entry) { return entry.second.key.expired(); });
  for (const auto& [upstream, entry] : entries_) {
    const auto key = entry.key.lock();
    if (!key) continue;
    const auto changed = key->Reload();
    if (!changed) {
      reread.errors.push_back(Of(upstream, changed.error()));
    } else if (*changed) {
      reread.changed.push_back(upstream);
    }
  }
  return reread;
}

std::vector<std::string> CredentialStore::Files() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> files;
  for (const auto& [upstream, entry] : entries_) {
    if (entry.source.kind == config::KeySource::Kind::kFile) files.push_back(entry.source.name);
  }
  return files;
}

}  // namespace inferwire::app
