// One call for each bucket of a histogram by the id of its trace, the latest one: what leads from a
// slow bucket on a dashboard to a trace that shows why. Only of calls whose spans are made.
// Thread-safe.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

struct Exemplar {
  std::string trace_id;
  double value = 0;  // as the histogram saw it
  WallTime at;
};

// Those of one series.
class SeriesExemplars {
 public:
  explicit SeriesExemplars(Buckets bounds)
      : bounds_(std::move(bounds)), latest_(bounds_.size() + 1) {}

  void Put(Exemplar exemplar);
  // By its bucket; the last one has no bound.
  std::optional<Exemplar> At(size_t bucket) const;

 private:
  const Buckets bounds_;
  mutable std::mutex mutex_;
  std::vector<std::optional<Exemplar>> latest_;
};

class Exemplars {
 public:
  explicit Exemplars(Metrics&) {}

  // It stays.
  SeriesExemplars& Of(const std::string& family, const Labels& labels, const Buckets& bounds);
  // Null: there are none.
  const SeriesExemplars* Find(const std::string& family, const Labels& labels) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<Labels, std::unique_ptr<SeriesExemplars>>, std::less<>> families_;
};

}  // namespace inferwire::telemetry
