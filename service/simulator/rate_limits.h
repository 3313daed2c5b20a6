// Requests and tokens per minute and model, or per key as a script says: the x-ratelimit headers
// always, the 429 if enforced.
// Buckets refill evenly, as the real API's do. Not thread-safe: the simulator's thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "simulator/answer.h"
#include "simulator/behavior.h"
#include "simulator/errors.h"
#include "simulator/models.h"

namespace inferwire::simulator {

inline constexpr size_t kMaxLimitedModels = 256;

class RateLimits {
 public:
  // explicit_limits replace the tier's where they are set. Not enforced: headers only.
  RateLimits(Tier tier, Limits explicit_limits, bool enforce, const Clock& clock);

  // Takes one request of so many tokens. headers get x-ratelimit-*, whatever the outcome.
  std::optional<ApiError> Take(const std::string& model, int64_t tokens, HeaderList& headers);
  // The same by the limits of one key, which are enforced. Where they are new, its buckets are
  // full.
  std::optional<ApiError> TakeOf(const std::string& key, const KeyLimits& limits,
                                 const std::string& model, int64_t tokens, HeaderList& headers);

 private:
  struct Bucket {
    double limit = 0;  // per period, as the headers say it
    double most = 0;   // that it holds
    double level = 0, per_second = 0;
    SteadyTime filled;

    void Refill(SteadyTime now);
    double SecondsUntil(double amount) const;
  };
  struct Buckets {
    std::optional<Bucket> requests, requests_per_day, tokens;
  };
  Buckets& BucketsOf(const std::string& model);
  std::optional<ApiError> TakeFrom(Buckets& buckets, bool enforce, const std::string& model,
                                   int64_t tokens, HeaderList& headers);

  const Tier tier_;
  const Limits explicit_;
  const bool enforce_;
  const Clock& clock_;
  std::map<std::string, Buckets> buckets_;
  std::map<std::pair<std::string, std::string>, Buckets> key_buckets_;  // by key and model
};

// As the real headers spell it: "0s", "6ms", "8.64s", "1m26.4s".
std::string GoDuration(double seconds);

}  // namespace inferwire::simulator
