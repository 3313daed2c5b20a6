#include "gateway/usd_text.h"

namespace inferwire::gateway {
namespace {

constexpr uint64_t kMillion = 1'000'000;
constexpr uint64_t kTrillion = kMillion * kMillion;

// rest: of a USD, in pico-USD.
std::string Decimal(uint64_t whole, uint64_t rest) {
  std::string digits = std::to_string(kTrillion + rest).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  const std::string text = std::to_string(whole);
  return digits.empty() ? text : text + "." + digits;
}

}  // namespace

std::string UsdText(int64_t picousd) {
  const bool negative = picousd < 0;
  const uint64_t magnitude =
      negative ? uint64_t{0} - static_cast<uint64_t>(picousd) : static_cast<uint64_t>(picousd);
  return (negative ? "-" : "") + Decimal(magnitude / kTrillion, magnitude % kTrillion);
}

std::string UsdText(int64_t microusd, int64_t picousd) {
  const uint64_t micro =
      static_cast<uint64_t>(microusd) + static_cast<uint64_t>(picousd) / kMillion;
  return Decimal(micro / kMillion,
                 micro % kMillion * kMillion + static_cast<uint64_t>(picousd) % kMillion);
}

}  // namespace inferwire::gateway
