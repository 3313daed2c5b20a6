#include "telemetry/log_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace inferwire::telemetry {
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

// Of the bytes at the front that stand for themselves: most texts are nothing else.
size_t PlainSize(std::string_view text) {
  static constexpr std::array<bool, 256> kPlain = [] {
    std::array<bool, 256> plain{};
    for (size_t byte = 0x20; byte < 0x7f; ++byte) plain[byte] = byte != '"' && byte != '\\';
    return plain;
  }();
  size_t size = 0;
  while (size < text.size() && kPlain[static_cast<unsigned char>(text[size])]) ++size;
  return size;
}

// At least so many digits.
void AppendDigits(uint64_t value, int digits, std::string& to) {
  std::array<char, 20> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const auto size = static_cast<int>(end - text.data());
  to.append(static_cast<size_t>(std::max(0, digits - size)), '0');
  to.append(text.data(), end);
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
  std::string text;
  const auto add = [&text](auto value, int digits, char after) {
    AppendDigits(static_cast<uint64_t>(value), digits, text);
    text += after;
  };
  add(static_cast<int>(date.year()), 4, '-');
  add(static_cast<unsigned>(date.month()), 2, '-');
  add(static_cast<unsigned>(date.day()), 2, 'T');
  add(clock.hours().count(), 2, ':');
  add(clock.minutes().count(), 2, ':');
  add(clock.seconds().count(), 2, '.');
  add(clock.subseconds().count(), 3, 'Z');
  return text;
}

LogLine::LogLine(WallTime now) {
  json_.reserve(512);
  json_ += "{";
  Start("time");
  json_.append(1, '"').append(UtcText(now)).append(1, '"');
}

void LogLine::Start(std::string_view name) {
  json_ += json_.size() > 1 ? ",\"" : "\"";
  json_ += name;
  json_ += "\":";
}

void LogLine::Quote(std::string_view text) {
  json_ += '"';
  const size_t plain = PlainSize(text.substr(0, kMaxLogStringBytes));
  json_ += text.substr(0, plain);
  for (size_t at = plain; at < text.size();) {
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
  Start(name);
  if (whole < 0) json_ += '-';
  const auto size = static_cast<uint64_t>(std::abs(whole));
  AppendDigits(size / 1'000'000, 1, json_);
  json_ += '.';
  AppendDigits(size % 1'000'000, 6, json_);
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

}  // namespace inferwire::telemetry
