// What one unit costs, exactly: a token, a search, a request.
#pragma once

#include <cstdint>
#include <optional>

namespace inferwire::catalogue {

using Wide = __int128;

inline constexpr int64_t kAttoPerPico = 1'000'000;

// Pico-USD (micro-USD per million), and what is finer than that to 10^-18 USD. Not negative.
struct Rate {
  int64_t pico = 0;
  int32_t atto = 0;  // less than kAttoPerPico

  constexpr Rate() = default;
  // A price without a finer part is its number.
  constexpr Rate(int64_t pico_usd, int32_t finer = 0)  // NOLINT(google-explicit-constructor)
      : pico(pico_usd), atto(finer) {}

  friend constexpr bool operator==(const Rate&, const Rate&) = default;

  constexpr Wide Atto() const { return Wide{pico} * kAttoPerPico + atto; }
  // What is asked for before a call, where a little too much is better than too little.
  constexpr int64_t RoundedUp() const { return pico + (atto > 0 ? 1 : 0); }
};

// Times factor / 1,000,000; unset if that is finer than 10^-18 USD or too large.
constexpr std::optional<Rate> Scaled(const Rate& rate, int64_t factor) {
  constexpr Wide kMillion = 1'000'000;
  Wide product = 0;
  if (__builtin_mul_overflow(rate.Atto(), Wide{factor}, &product)) return std::nullopt;
  if (product % kMillion != 0) return std::nullopt;
  product /= kMillion;
  if (product / kAttoPerPico > INT64_MAX) return std::nullopt;
  return Rate(static_cast<int64_t>(product / kAttoPerPico),
              static_cast<int32_t>(product % kAttoPerPico));
}

}  // namespace inferwire::catalogue
