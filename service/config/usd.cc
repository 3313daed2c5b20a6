#include "config/usd.h"

#include <algorithm>

#include "base/text.h"

namespace inferwire::config {
namespace {

constexpr size_t kDecimals = 12;
constexpr int64_t kPicoPerUsd = 1'000'000'000'000;

bool AllDigits(std::string_view text) { return std::all_of(text.begin(), text.end(), IsDigit); }

}  // namespace

std::optional<int64_t> ParseUsd(std::string_view text) {
  constexpr std::string_view kUnit = " USD";
  if (!text.ends_with(kUnit)) return std::nullopt;
  text.remove_suffix(kUnit.size());
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string decimals(dot == std::string_view::npos ? "" : text.substr(dot + 1));
  const bool good = !whole.empty() && AllDigits(whole) && AllDigits(decimals) &&
                    decimals.size() <= kDecimals &&
                    (dot == std::string_view::npos || !decimals.empty());
  if (!good) return std::nullopt;
  decimals.resize(kDecimals, '0');
  const auto usd = ParseInteger(whole);
  const auto pico = ParseInteger(decimals);
  if (!usd || !pico || *usd > kMaxUsd) return std::nullopt;
  const int64_t sum = *usd * kPicoPerUsd + *pico;
  return sum <= kMaxUsd * kPicoPerUsd ? std::optional(sum) : std::nullopt;
}

std::string UsdText(int64_t picousd) {
  std::string decimals = std::to_string(picousd % kPicoPerUsd);
  decimals.insert(0, kDecimals - decimals.size(), '0');
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return std::to_string(picousd / kPicoPerUsd) + (decimals.empty() ? "" : "." + decimals) + " USD";
}

}  // namespace inferwire::config
