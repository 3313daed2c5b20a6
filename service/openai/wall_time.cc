#include "openai/wall_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "base/text.h"

namespace inferwire::openai {
namespace {

// Years that a nanosecond clock can hold.
constexpr int kFirstYear = 1970, kLastYear = 2200;

std::optional<int> Digits(std::string_view text, size_t least, size_t most) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || text.size() < least || text.size() > most) return std::nullopt;
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// From 1; the month's first three letters in lower case.
std::optional<int> Month(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const auto month = std::find(kMonths.begin(), kMonths.end(), name);
  if (month == kMonths.end()) return std::nullopt;
  return static_cast<int>(month - kMonths.begin()) + 1;
}

// 08:49:37
std::optional<Duration> TimeOfDay(std::string_view text) {
  if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
  const auto hour = Digits(text.substr(0, 2), 2, 2), minute = Digits(text.substr(3, 2), 2, 2),
             second = Digits(text.substr(6, 2), 2, 2);
  if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) {
    return std::nullopt;
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::optional<WallTime> At(std::optional<int> year, std::optional<int> month,
                           std::optional<int> day, std::optional<Duration> time) {
  if (!year || !month || !day || !time || *year < kFirstYear || *year > kLastYear) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + *time;
}

// RFC 9110: more than 50 years ahead means the century before.
std::optional<int> Year(std::string_view text, WallTime now) {
  if (text.size() != 2) return Digits(text, 4, 4);
  const auto two = Digits(text, 2, 2);
  if (!two) return std::nullopt;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  const int this_year = static_cast<int>(std::chrono::year_month_day(today).year());
  const int year = this_year - this_year % 100 + *two;
  return year > this_year + 50 ? year - 100 : year;
}

bool IsGmt(std::string_view zone) { return zone == "gmt" || zone == "utc" || zone == "+0000"; }

// +02:00, -0530, z, or nothing, which is taken for z: what is to be taken off.
std::optional<Duration> Offset(std::string_view text) {
  if (text == "z" || text.empty()) return Duration::zero();
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const auto hours = Digits(text.substr(1, 2), 2, 2);
  const auto minutes = Digits(text.substr(text[3] == ':' ? 4 : 3), 2, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const Duration offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return text[0] == '-' ? -offset : offset;
}

// .25, the digits of a fraction of a second: taken off the text.
Duration TakeFraction(std::string_view& text) {
  if (!text.starts_with('.')) return Duration::zero();
  text.remove_prefix(1);
  int64_t nanoseconds = 0, unit = 100'000'000;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    nanoseconds += (text[0] - '0') * unit;
    unit /= 10;
    text.remove_prefix(1);
  }
  return std::chrono::nanoseconds(nanoseconds);
}

}  // namespace

std::optional<WallTime> ParseHttpDate(std::string_view text, WallTime now) {
  constexpr size_t kLongest = 40;
  if (text.size() > kLongest) return std::nullopt;
  const std::string lower = Lower(text);
  const auto parts = Split(lower, ", -");
  // asctime: no comma, and the year last.
  if (parts.size() == 5 && lower.find(',') == std::string::npos) {
    return At(Digits(parts[4], 4, 4), Month(parts[1]), Digits(parts[2], 1, 2), TimeOfDay(parts[3]));
  }
  if (parts.size() != 6 || !IsGmt(parts[5])) return std::nullopt;
  return At(Year(parts[3], now), Month(parts[2]), Digits(parts[1], 1, 2), TimeOfDay(parts[4]));
}

std::optional<WallTime> ParseIsoTime(std::string_view text) {
  constexpr size_t kDate = 10, kSeconds = 19;
  const std::string lower = Lower(text.substr(0, 40));
  if (lower.size() < kSeconds || lower[4] != '-' || lower[7] != '-') return std::nullopt;
  if (lower[kDate] != 't' && lower[kDate] != ' ') return std::nullopt;
  const std::string_view whole = lower;
  std::string_view rest = whole.substr(kSeconds);
  const Duration fraction = TakeFraction(rest);
  const auto offset = Offset(rest);
  const auto moment = At(Digits(whole.substr(0, 4), 4, 4), Digits(whole.substr(5, 2), 2, 2),
                         Digits(whole.substr(8, 2), 2, 2), TimeOfDay(whole.substr(11, 8)));
  if (!offset || !moment) return std::nullopt;
  return *moment + fraction - *offset;
}

}  // namespace inferwire::openai
