#include "identity/key_fetcher.h"

#include <algorithm>
#include <map>
#include <string>

namespace inferwire::identity {

std::shared_ptr<IssuerKeys> KeyFetcher::KeysOf(const KeySourceOptions& source) {
  const std::lock_guard lock(mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.second.expired(); });
  for (const auto& [options, keys] : entries_) {
    if (options != source) continue;
    if (auto known = keys.lock()) return known;
  }
  if (!thread_) {
    http::TransferLimits limits = parts_.limits;
    limits.max_connections = limits.max_host_connections = kMostAtOnce;
    thread_.emplace(parts_.clock, limits);
    thread_->Start();
  }
  const uint64_t id = ++last_id_;
  Mailbox& mailbox = thread_->mailbox();
  auto keys = std::make_shared<IssuerKeys>(
      parts_.clock.Now(), [this, id, &mailbox] { mailbox.Post([this, id] { Refetch(id); }); });
  entries_.emplace_back(source, keys);
  mailbox.Post([this, id, source, keys = std::weak_ptr(keys)] { Add(id, source, keys); });
  return keys;
}

void KeyFetcher::Add(uint64_t id, const KeySourceOptions& options, std::weak_ptr<IssuerKeys> keys) {
  std::erase_if(sources_, [](const auto& source) { return !source.second->wanted(); });
  sources_.emplace_back(
      id, std::make_unique<KeySource>(
              KeySource::Parts{thread_->transfers(), thread_->timers(), random_, parts_.log},
              options, std::move(keys)));
  sources_.back().second->Start();
}

void KeyFetcher::Refetch(uint64_t id) {
  const auto found =
      std::ranges::find(sources_, id, [](const auto& source) { return source.first; });
  if (found != sources_.end()) found->second->Refetch();
}

bool KeyFetcher::tried_first() const {
  if (tried_first_) return true;
  const std::lock_guard lock(mutex_);
  tried_first_ = std::ranges::all_of(entries_, [](const Entry& entry) {
    const auto keys = entry.second.lock();
    return !keys || keys->tried();
  });
  return tried_first_;
}

void KeyFetcher::Measure() {
  std::map<std::string, Duration> ages;
  {
    const SteadyTime now = parts_.clock.Now();
    const std::lock_guard lock(mutex_);
    for (const auto& [source, keys] : entries_) {
      const auto known = keys.lock();
      // Of two sources of one issuer, an old one's calls may still be running.
      if (known) ages[source.issuer] = std::max(now - known->good_at(), Duration::zero());
    }
  }
  parts_.metrics.Ages(ages);
}

void KeyFetcher::Stop() {
  if (!thread_) return;
  thread_->Stop();
  sources_.clear();
}

}  // namespace inferwire::identity
