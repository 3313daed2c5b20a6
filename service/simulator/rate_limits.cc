#include "simulator/rate_limits.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace inferwire::simulator {
namespace {

std::string Whole(double number) { return std::to_string(static_cast<int64_t>(number)); }

ApiError Exceeded(const std::string& model, const char* type, const char* unit, double limit,
                  double used, double requested, double wait) {
  ApiError error;
  error.status = 429;
  error.type = type;
  error.code = "rate_limit_exceeded";
  if (requested > limit) {  // no waiting helps
    error.message = "Request too large for " + model + " in organization org-simulator on " + unit +
                    ": Limit " + Whole(limit) + ", Requested " + Whole(requested) +
                    ". The input or output tokens must be reduced in order to run successfully.";
    return error;
  }
  error.message = "Rate limit reached for " + model + " in organization org-simulator on " + unit +
                  ": Limit " + Whole(limit) + ", Used " + Whole(used) + ", Requested " +
                  Whole(requested) + ". Please try again in " + GoDuration(wait) +
                  ". Visit https://platform.openai.com/account/rate-limits to learn more.";
  error.headers.emplace_back("retry-after", Whole(std::max(1.0, std::ceil(wait))));
  error.headers.emplace_back("retry-after-ms", Whole(std::ceil(wait * 1000)));
  return error;
}

}  // namespace

std::string GoDuration(double seconds) {
  char text[48];
  if (seconds <= 0) return "0s";
  if (seconds < 1) {
    std::snprintf(text, sizeof text, "%dms", static_cast<int>(std::ceil(seconds * 1000)));
    return text;
  }
  std::string out;
  const auto hours = static_cast<int64_t>(seconds / 3600);
  const auto minutes = static_cast<int64_t>(seconds / 60) % 60;
  if (hours > 0) out += std::to_string(hours) + "h";
  if (hours > 0 || minutes > 0) out += std::to_string(minutes) + "m";
  std::snprintf(text, sizeof text, "%.3f", std::fmod(seconds, 60));
  out += text;
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return (out.empty() || out.back() == 'm' ? out + "0" : out) + "s";
}

RateLimits::RateLimits(Tier tier, Limits explicit_limits, bool enforce, const Clock& clock)
    : tier_(tier), explicit_(explicit_limits), enforce_(enforce), clock_(clock) {}

void RateLimits::Bucket::Refill(SteadyTime now) {
  const double elapsed = std::chrono::duration<double>(now - filled).count();
  level = std::min(most, level + elapsed * per_second);
  filled = now;
}

double RateLimits::Bucket::SecondsUntil(double amount) const {
  return std::max(0.0, (amount - level) / per_second);
}

RateLimits::Buckets& RateLimits::BucketsOf(const std::string& model) {
  const bool fits = buckets_.size() < kMaxLimitedModels || buckets_.contains(model);
  auto [entry, is_new] = buckets_.try_emplace(fits ? model : "other");
  if (!is_new) return entry->second;
  const Limits tier = LimitsOf(model, tier_).value_or(Limits{});
  const auto make = [&](std::optional<int64_t> own, std::optional<int64_t> usual, double period,
                        std::optional<Bucket>& bucket) {
    if (!own) own = usual;
    if (!own) return;
    const auto limit = static_cast<double>(*own);
    bucket = Bucket{limit, limit, limit, limit / period, clock_.Now()};
  };
  make(explicit_.requests_per_minute, tier.requests_per_minute, 60, entry->second.requests);
  make(explicit_.requests_per_day, tier.requests_per_day, 86400, entry->second.requests_per_day);
  make(explicit_.tokens_per_minute, tier.tokens_per_minute, 60, entry->second.tokens);
  return entry->second;
}

std::optional<ApiError> RateLimits::Take(const std::string& model, int64_t tokens,
                                         HeaderList& headers) {
  return TakeFrom(BucketsOf(model), enforce_, model, tokens, headers);
}

std::optional<ApiError> RateLimits::TakeOf(const std::string& key, const KeyLimits& limits,
                                           const std::string& model, int64_t tokens,
                                           HeaderList& headers) {
  const auto name = std::make_pair(key, model);
  const bool fits = key_buckets_.size() < kMaxLimitedModels || key_buckets_.contains(name);
  Buckets& buckets = key_buckets_[fits ? name : std::make_pair("other", "other")];
  const double window = std::chrono::duration<double>(limits.window).count();
  const auto renew = [&](std::optional<int64_t> per_minute, std::optional<Bucket>& bucket) {
    if (!per_minute) return bucket.reset();
    const auto limit = static_cast<double>(*per_minute);
    const double most = std::max(1.0, limit * window / 60);
    if (bucket && bucket->limit == limit && bucket->most == most) return;
    bucket = Bucket{limit, most, most, limit / 60, clock_.Now()};
  };
  renew(limits.requests_per_minute, buckets.requests);
  renew(limits.tokens_per_minute, buckets.tokens);
  return TakeFrom(buckets, /*enforce=*/true, model, tokens, headers);
}

std::optional<ApiError> RateLimits::TakeFrom(Buckets& buckets, bool enforce,
                                             const std::string& model, int64_t tokens,
                                             HeaderList& headers) {
  struct Line {
    std::optional<Bucket>* bucket;
    double amount;
    const char *type, *unit, *header;  // header null: not shown
  };
  const Line lines[] = {
      {&buckets.requests, 1, "requests", "requests per min (RPM)", "requests"},
      {&buckets.requests_per_day, 1, "requests", "requests per day (RPD)", nullptr},
      {&buckets.tokens, static_cast<double>(tokens), "tokens", "tokens per min (TPM)", "tokens"}};
  std::optional<ApiError> error;
  for (const Line& line : lines) {
    if (!*line.bucket) continue;
    Bucket& bucket = **line.bucket;
    bucket.Refill(clock_.Now());
    if (!enforce) bucket.level = bucket.most;
    if (enforce && !error && line.amount > bucket.level) {
      error = Exceeded(model, line.type, line.unit, bucket.limit, bucket.most - bucket.level,
                       line.amount, bucket.SecondsUntil(line.amount));
    }
  }
  for (const Line& line : lines) {
    if (!*line.bucket) continue;
    Bucket& bucket = **line.bucket;
    if (!error) bucket.level = std::max(0.0, bucket.level - line.amount);
    if (line.header == nullptr) continue;
    const std::string name = line.header;
    headers.emplace_back("x-ratelimit-limit-" + name, Whole(bucket.limit));
    headers.emplace_back("x-ratelimit-remaining-" + name, Whole(bucket.level));
    headers.emplace_back("x-ratelimit-reset-" + name, GoDuration(bucket.SecondsUntil(bucket.most)));
  }
  return error;
}

}  // namespace inferwire::simulator
