#include "base/log_line.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace llmgate {
namespace {

// Length of the well-formed UTF-8 character at the front, 0 if there is none.
size_t CharacterSize(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  // Overlong forms, surrogates and what lies beyond U+10FFFF.
  if (first == 0xe0 && byte(1) < 0xa0) return 0;
  if (first == 0xed && byte(1) > 0x9f) return 0;
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return size;
}

void AppendEscaped(char c, std::string& to) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '"' || c == '\\') {
    to += '\\';
    to += c;
  } else if (byte < 0x20 || byte == 0x7f) {
    to += "\\u00";
    to += kDigits[byte >> 4];
    to += kDigits[byte & 15];
  } else {
    to += c;
  }
}

}  // namespace

std::string UtcText(WallTime time) {
  using std::chrono::floor;
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(floor<std::chrono::milliseconds>(time - day));
  std::array<char, 48> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
      static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
      static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
      static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
      static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<size_t>(size)};
}

LogLine::LogLine(WallTime now) {
  json_.reserve(512);
  json_ += "{";
  Text("time", UtcText(now));
}

void LogLine::Start(std::string_view name) {
  if (json_.size() > 1) json_ += ',';
  Quote(name);
  json_ += ':';
}

void LogLine::Quote(std::string_view text) {
  json_ += '"';
  for (size_t at = 0; at < text.size();) {
    const size_t size = CharacterSize(text.substr(at));
    const size_t step = size == 0 ? 1 : size;
    if (at + step > kMaxLogStringBytes) break;
    if (size == 0) {
      json_ += "\\ufffd";
    } else if (size == 1) {
      AppendEscaped(text[at], json_);
    } else {
      json_ += text.substr(at, size);
    }
    at += step;
  }
  json_ += '"';
}

void LogLine::Text(std::string_view name, std::string_view value) {
  Start(name);
  Quote(value);
}

void LogLine::TextIfAny(std::string_view name, std::string_view value) {
  if (!value.empty()) Text(name, value);
}

void LogLine::Number(std::string_view name, int64_t value) {
  Start(name);
  json_ += std::to_string(value);
}

void LogLine::Seconds(std::string_view name, Duration value) {
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(value).count();
  std::array<char, 48> text;
  const int size = std::snprintf(text.data(), text.size(), "%s%lld.%06lld", whole < 0 ? "-" : "",
                                 std::abs(static_cast<long long>(whole / 1'000'000)),
                                 std::abs(static_cast<long long>(whole % 1'000'000)));
  Start(name);
  json_.append(text.data(), static_cast<size_t>(size));
}

void LogLine::Field(const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    Text(field.name, *text);
  } else if (const auto* number = std::get_if<int64_t>(&field.value)) {
    Number(field.name, *number);
  } else if (const auto* truth = std::get_if<bool>(&field.value)) {
    Start(field.name);
    json_ += *truth ? "true" : "false";
  } else {
    const double real = std::get<double>(field.value);
    std::array<char, 32> digits;
    const int size = std::snprintf(digits.data(), digits.size(), "%.9g", real);
    Start(field.name);
    // JSON has no infinities.
    json_ += std::isfinite(real) ? std::string_view(digits.data(), static_cast<size_t>(size))
                                 : std::string_view("null");
  }
}

std::string_view LogLine::Finish() {
  json_ += '}';
  return json_;
}

}  // namespace llmgate
