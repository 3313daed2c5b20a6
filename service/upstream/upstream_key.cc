#include "upstream/upstream_key.h"

#include <utility>

namespace inferwire::upstream {

UpstreamKey::UpstreamKey(Source source, std::function<void()> on_load)
    : source_(std::move(source)), on_load_(std::move(on_load)) {}

Result<std::shared_ptr<UpstreamKey>> UpstreamKey::Read(Source source,
                                                       std::function<void()> on_load) {
  std::shared_ptr<UpstreamKey> key(new UpstreamKey(std::move(source), std::move(on_load)));
  if (auto read = key->Reload(); !read) return std::move(read.error());
  return key;
}

UpstreamKey::Key UpstreamKey::Current() const {
  std::lock_guard lock(mutex_);
  return current_;
}

Result<bool> UpstreamKey::Reload() {
  std::lock_guard reading(reading_);
  auto read = source_();
  if (!read) return std::move(read.error());
  {
    std::lock_guard lock(mutex_);
    if (current_ && current_->Reveal() == read->Reveal()) return false;
    // Of several that were never accepted, the last one that was stays.
    if (!previous_) previous_ = current_;
    current_ = std::make_shared<const Secret>(std::move(*read));
    rotating_ = previous_ != nullptr;
    accepted_.reset();
  }
  if (on_load_) on_load_();
  return true;
}

UpstreamKey::Key UpstreamKey::Instead(const Key& refused, SteadyTime sent) {
  (void)Reload();  // a source that cannot be read now leaves what there is
  std::lock_guard lock(mutex_);
  if (current_ != refused) return current_;
  if (previous_) return previous_;
  return accepted_ && *accepted_ >= sent ? current_ : nullptr;
}

void UpstreamKey::Accepted(const Key& key, SteadyTime now) {
  if (!rotating_.load(std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  if (key != current_) return;
  previous_.reset();
  accepted_ = now;
  rotating_ = false;
}

}  // namespace inferwire::upstream
