#include "endpoints/batches/watchers.h"

namespace inferwire::endpoints {

Watched::Next Watched::Look(SteadyTime now, Duration young, Duration patience) {
  std::lock_guard lock(mutex_);
  if (known_since_ && now - *known_since_ < young) return Next::kKnown;
  if (asked_at_ && now - *asked_at_ < patience) return Next::kWait;
  asked_at_ = now;
  return Next::kAsk;
}

Result<std::shared_ptr<const store::Job>> Watched::Ask(store::Jobs& jobs, SteadyTime now) {
  std::shared_ptr<const store::Job> known = job();
  // The version is read alone while nothing changes.
  auto version = jobs.Version(id_, owner_);
  Result<std::optional<store::Job>> found = std::optional<store::Job>();
  const bool changed = version && *version && (!known || known->version != **version);
  if (changed) found = jobs.Find(id_, owner_);
  std::lock_guard lock(mutex_);
  asked_at_.reset();
  if (!version) return version.error();
  if (!found) return found.error();
  if (changed || !*version) {
    job_ = *found ? std::make_shared<const store::Job>(std::move(**found)) : nullptr;
  }
  known_since_ = now;
  return job_;
}

std::shared_ptr<const store::Job> Watched::job() const {
  std::lock_guard lock(mutex_);
  return job_;
}

std::unique_ptr<Watchers::Seat> Watchers::Enter(const std::string& id, const std::string& owner,
                                                size_t most) {
  std::lock_guard lock(mutex_);
  size_t& count = by_owner_[owner];
  if (count >= most) return nullptr;
  ++count;
  on_count_(++count_);
  std::weak_ptr<Watched>& known = by_batch_[{owner, id}];
  std::shared_ptr<Watched> watched = known.lock();
  if (!watched) {
    watched = std::make_shared<Watched>(id, owner);
    known = watched;
  }
  return std::make_unique<Seat>(*this, owner, id, std::move(watched));
}

void Watchers::Leave(const std::string& owner, const std::string& id) {
  std::lock_guard lock(mutex_);
  if (--by_owner_[owner] == 0) by_owner_.erase(owner);
  on_count_(--count_);
  // Whoever leaves last; its own hold goes after this.
  const auto found = by_batch_.find({owner, id});
  if (found != by_batch_.end() && found->second.use_count() <= 1) by_batch_.erase(found);
}

size_t Watchers::count() const {
  std::lock_guard lock(mutex_);
  return count_;
}

}  // namespace inferwire::endpoints
