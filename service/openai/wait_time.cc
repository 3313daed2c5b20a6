#include "openai/wait_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "base/text.h"
#include "openai/wall_time.h"

namespace inferwire::openai {
namespace {

struct Unit {
  std::string_view name;
  double seconds;
};

// From here on a bare number of seconds can only be a moment since 1970, not a time to wait, and
// from there on it is counted in thousandths, millionths or billionths of one.
constexpr double kEpochSeconds = 1e9, kPastAnyEpoch = 1e11;

constexpr std::array kUnits = {
    Unit{"milliseconds", 1e-3},
    Unit{"millisecond", 1e-3},
    Unit{"millis", 1e-3},
    Unit{"msec", 1e-3},
    Unit{"ms", 1e-3},
    Unit{"us", 1e-6},
    Unit{"\xc2\xb5s", 1e-6},  // Go writes the micro sign
    Unit{"\xce\xbcs", 1e-6},
    Unit{"ns", 1e-9},
    Unit{"seconds", 1},
    Unit{"second", 1},
    Unit{"secs", 1},
    Unit{"sec", 1},
    Unit{"minutes", 60},
    Unit{"minute", 60},
    Unit{"mins", 60},
    Unit{"min", 60},
    Unit{"hours", 3600},
    Unit{"hour", 3600},
    Unit{"hrs", 3600},
    Unit{"hr", 3600},
    Unit{"days", 86400},
    Unit{"day", 86400},
    Unit{"s", 1},
    Unit{"m", 60},
    Unit{"h", 3600},
    Unit{"d", 86400},
};

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// The digits and at most one point at the front of the text, which it takes off.
std::optional<double> TakeNumber(std::string_view& text) {
  size_t end = 0;
  bool point = false;
  while (end < text.size()) {
    const bool fraction =
        text[end] == '.' && !point && end + 1 < text.size() && IsDigit(text[end + 1]);
    if (!IsDigit(text[end]) && !fraction) break;
    point = point || fraction;
    ++end;
  }
  if (end == 0 || text[0] == '.') return std::nullopt;
  double value = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + end, value);
  if (failed != std::errc{} || !std::isfinite(value)) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(stop - text.data()));
  return value;
}

std::optional<double> TakeUnit(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && IsLetter(text[end])) ++end;
  for (const Unit& unit : kUnits) {
    if (text.substr(0, end) != unit.name) continue;
    text.remove_prefix(end);
    return unit.seconds;
  }
  return std::nullopt;
}

// "1m30s", and in a sentence also "1 minute, 30 seconds" and "1 minute and 30 seconds".
void SkipBetween(std::string_view& text, bool sentence) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (!sentence) return;
  for (const std::string_view word : {", ", "and "}) {
    if (text.starts_with(word)) text.remove_prefix(word.size());
  }
}

// Numbers with units, as many as there are; the text's rest is left.
std::optional<Duration> TakeDuration(std::string_view& text, bool sentence) {
  double sum = 0;
  bool any = false;
  std::string_view rest = text;
  while (true) {
    const auto number = TakeNumber(rest);
    while (rest.starts_with(' ') || (sentence && rest.starts_with('-'))) rest.remove_prefix(1);
    const auto unit = number ? TakeUnit(rest) : std::nullopt;
    if (!unit) break;
    sum += *number * *unit;
    any = true;
    text = rest;
    SkipBetween(rest, sentence);
  }
  if (!any) return std::nullopt;
  return Seconds(sum);
}

// "retry after 30." means seconds; "retry after 3 failed attempts" does not.
std::optional<Duration> TakeBareSeconds(std::string_view text) {
  const auto number = TakeNumber(text);
  while (text.starts_with(' ')) text.remove_prefix(1);
  const bool ends = text.empty() || (text[0] != '%' && !IsLetter(text[0]));
  if (!number || !ends) return std::nullopt;
  return Seconds(*number);
}

// A time to wait at the front of a sentence's rest.
std::optional<Duration> TakeWait(std::string_view rest, bool seconds) {
  // Also within JSON, or gRPC's text form: retry_delay { seconds: 34 }.
  rest.remove_prefix(std::min(rest.find_first_not_of(" :=\"'\\{\n"), rest.size()));
  for (const std::string_view filler :
       {"for ", "at least ", "another ", "about ", "approximately ", "around ", "~", "seconds: "}) {
    if (rest.starts_with(filler)) rest.remove_prefix(filler.size());
  }
  if (auto wait = TakeDuration(rest, /*sentence=*/true)) return wait;
  return seconds ? TakeBareSeconds(rest) : std::nullopt;
}

}  // namespace

std::optional<double> ParseNumber(std::string_view text) {
  const auto number = TakeNumber(text);
  if (!text.empty()) return std::nullopt;
  return number;
}

Duration Seconds(double seconds) {
  const double longest = std::chrono::duration<double>(kLongestWait).count();
  if (!(seconds > 0)) return Duration::zero();
  if (seconds >= longest) return kLongestWait;
  return Duration(std::llround(seconds * 1e9));
}

std::optional<Duration> ParseTimeSpan(std::string_view text) {
  constexpr size_t kLongest = 64;
  if (text.size() > kLongest) return std::nullopt;
  const std::string lower = Lower(text);
  std::string_view rest = lower;
  if (rest.starts_with("pt")) rest.remove_prefix(2);  // ISO 8601
  const auto span = TakeDuration(rest, /*sentence=*/false);
  if (!rest.empty()) return std::nullopt;
  return span;
}

std::optional<Duration> ParseWait(std::string_view text, WallTime now) {
  if (auto span = ParseTimeSpan(text)) return span;
  if (auto number = ParseNumber(text)) {
    if (*number < kEpochSeconds) return Seconds(*number);
    double moment = *number;
    for (int i = 0; i < 3 && moment >= kPastAnyEpoch; ++i) moment /= 1000;
    return Seconds(moment - std::chrono::duration<double>(now.time_since_epoch()).count());
  }
  auto moment = ParseHttpDate(text, now);
  if (!moment) moment = ParseIsoTime(text);
  if (!moment) return std::nullopt;
  return std::clamp<Duration>(*moment - now, Duration::zero(), kLongestWait);
}

std::optional<Duration> FindWait(std::string_view sentence) {
  struct Phrase {
    std::string_view words;
    bool seconds = false;  // what a number without a unit means after it
  };
  constexpr std::array kPhrases = {
      Phrase{"try again in "},
      Phrase{"try again after ", true},
      Phrase{"retry in "},
      Phrase{"retry after ", true},
      Phrase{"retry-after", true},
      Phrase{"retry_after", true},
      Phrase{"retrydelay", true},
      Phrase{"retry_delay", true},
      Phrase{"your request after "},
      Phrase{"your requests after "},
      Phrase{"wait "},
      Phrase{"retrying in "},
      Phrase{"before retrying after "},
      Phrase{"resets in "},
      Phrase{"reset in "},
      Phrase{"resets after "},
      Phrase{"reset after "},
      Phrase{"available in "},
      Phrase{"available again in "},
  };
  const std::string lower = Lower(sentence);
  for (const Phrase& phrase : kPhrases) {
    for (size_t at = lower.find(phrase.words); at != std::string::npos;
         at = lower.find(phrase.words, at + 1)) {
      const auto rest = std::string_view(lower).substr(at + phrase.words.size());
      if (auto wait = TakeWait(rest, phrase.seconds)) return wait;
    }
  }
  return std::nullopt;
}

}  // namespace inferwire::openai
