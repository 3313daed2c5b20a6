#include "telemetry/exemplars.h"

#include <algorithm>
#include <utility>

namespace inferwire::telemetry {

void SeriesExemplars::Put(Exemplar exemplar) {
  const auto bucket = std::ranges::lower_bound(bounds_, exemplar.value) - bounds_.begin();
  const std::lock_guard lock(mutex_);
  latest_[static_cast<size_t>(bucket)] = std::move(exemplar);
}

std::optional<Exemplar> SeriesExemplars::At(size_t bucket) const {
  const std::lock_guard lock(mutex_);
  return bucket < latest_.size() ? latest_[bucket] : std::nullopt;
}

SeriesExemplars& Exemplars::Of(const std::string& family, const Labels& labels,
                               const Buckets& bounds) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<SeriesExemplars>& series = families_[family][labels];
  if (!series) series = std::make_unique<SeriesExemplars>(bounds);
  return *series;
}

const SeriesExemplars* Exemplars::Find(const std::string& family, const Labels& labels) const {
  const std::lock_guard lock(mutex_);
  const auto found = families_.find(family);
  if (found == families_.end()) return nullptr;
  const auto series = found->second.find(labels);
  return series == found->second.end() ? nullptr : series->second.get();
}

}  // namespace inferwire::telemetry
