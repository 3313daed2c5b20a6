// What a provider lets one key use in a minute or a day, as it is configured: kept to before
// anything is sent, so that its refusals are not needed to find out. Immutable but for what its
// meters count; shared by all loops.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "limits/meter_set.h"
#include "telemetry/quota_metrics.h"

namespace inferwire::upstream {

class KeyLimits {
  struct Model;

 public:
  // What one attempt has taken. Gives it back unless it is settled.
  class Held {
   public:
    Held() = default;
    Held(Held&& other) noexcept { *this = std::move(other); }
    Held& operator=(Held&& other) noexcept {
      std::swap(limits_, other.limits_);
      std::swap(model_, other.model_);
      std::swap(tokens_, other.tokens_);
      return *this;
    }
    ~Held() { Settle({.counts = false}); }

    int64_t tokens() const { return tokens_; }
    // The first time only.
    void Settle(const limits::Usage& usage);

   private:
    friend KeyLimits;

    const KeyLimits* limits_ = nullptr;
    const Model* model_ = nullptr;  // null: nothing is held
    int64_t tokens_ = 0;
  };

  // models: by every name that is sent; several names may have one set. What is not there has no
  // limit. clock and metrics outlive it.
  using Sets = std::map<std::string, std::shared_ptr<const limits::MeterSet>, std::less<>>;
  KeyLimits(const Sets& models, const Clock& clock, telemetry::QuotaMetrics& metrics);

  // False: there is no room, and calls for the model do not ask again before FullUntil: a large one
  // would wait for ever behind small ones.
  bool Take(std::string_view model, int64_t tokens, Held& held) const;
  // In the past: there may be room.
  SteadyTime FullUntil(std::string_view model) const;

 private:
  struct Model {
    std::shared_ptr<const limits::MeterSet> set;
    mutable std::atomic<SteadyTime> full_until{SteadyTime::min()};
  };

  const Model* Find(std::string_view model) const;

  const Clock& clock_;
  telemetry::QuotaMetrics& metrics_;
  std::map<std::string, std::shared_ptr<Model>, std::less<>> models_;
};

}  // namespace inferwire::upstream
