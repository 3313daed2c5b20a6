#include "telemetry/trace_context.h"

#include <algorithm>

namespace inferwire::telemetry {
namespace {

// version-trace-span-flags: 2, 32, 16 and 2 digits.
constexpr size_t kTrace = 3, kSpan = 36, kFlags = 53, kSize = 55;
constexpr uint8_t kKnownFlags = 3;  // sampled, and random trace id (level 2)

std::optional<uint64_t> ParseHex(std::string_view digits) {
  uint64_t value = 0;
  for (const char c : digits) {
    uint64_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<uint64_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {  // capitals are not allowed
      digit = static_cast<uint64_t>(c - 'a' + 10);
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

void WriteHex(uint64_t value, size_t digits, char* to) {
  constexpr char kDigits[] = "0123456789abcdef";
  for (size_t i = digits; i-- > 0; value >>= 4) to[i] = kDigits[value & 15];
}

}  // namespace

std::optional<TraceContext> ParseTraceparent(std::string_view text) {
  if (text.size() < kSize) return std::nullopt;
  const auto version = ParseHex(text.substr(0, 2));
  if (!version || *version == 0xff) return std::nullopt;
  if (text.size() > kSize && (*version == 0 || text[kSize] != '-')) return std::nullopt;
  if (text[kTrace - 1] != '-' || text[kSpan - 1] != '-' || text[kFlags - 1] != '-') {
    return std::nullopt;
  }
  const auto high = ParseHex(text.substr(kTrace, 16)), low = ParseHex(text.substr(kTrace + 16, 16));
  const auto span = ParseHex(text.substr(kSpan, 16)), flags = ParseHex(text.substr(kFlags, 2));
  if (!high || !low || !span || !flags) return std::nullopt;
  if ((*high == 0 && *low == 0) || *span == 0) return std::nullopt;
  TraceContext context;
  context.trace_high = *high;
  context.trace_low = *low;
  context.span = *span;
  context.flags = static_cast<uint8_t>(*flags & kKnownFlags);
  return context;
}

bool IsTraceState(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTraceState &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void AppendTraceparent(const TraceContext& context, std::string& to) {
  const size_t at = to.size();
  to.append("00-00000000000000000000000000000000-0000000000000000-00");
  char* const text = to.data() + at;
  WriteHex(context.trace_high, 16, text + kTrace);
  WriteHex(context.trace_low, 16, text + kTrace + 16);
  WriteHex(context.span, 16, text + kSpan);
  WriteHex(context.flags, 2, text + kFlags);
}

std::array<char, 32> TraceIdText(const TraceContext& context) {
  std::array<char, 32> text;
  WriteHex(context.trace_high, 16, text.data());
  WriteHex(context.trace_low, 16, text.data() + 16);
  return text;
}

}  // namespace inferwire::telemetry
