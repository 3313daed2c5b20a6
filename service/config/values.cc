#include "config/values.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <numeric>
#include <utility>

#include "base/text.h"

namespace inferwire::config {
namespace {

bool IsLetterOrDigit(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

struct Unit {
  std::string_view name;
  int64_t factor;
};
constexpr std::array<Unit, 4> kTimeUnits = {
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kSizeUnits = {
    {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}};

std::optional<int64_t> ParseWithUnit(std::string_view text, const std::array<Unit, 4>& units) {
  const auto digits = std::find_if_not(text.begin(), text.end(), IsDigit) - text.begin();
  const auto number = ParseInteger(text.substr(0, static_cast<size_t>(digits)));
  if (!number) return std::nullopt;
  const std::string_view name = text.substr(static_cast<size_t>(digits));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    if (*number > std::numeric_limits<int64_t>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

std::string TextWithUnit(int64_t value, const std::array<Unit, 4>& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      return std::to_string(value / unit.factor) + std::string(unit.name);
    }
  }
  return std::to_string(value) + std::string(units.back().name);
}

bool IsV6(std::string_view host) {
  return host.find(':') != std::string_view::npos && host.size() <= 45 &&
         std::all_of(host.begin(), host.end(), [](char c) {
           return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.';
         });
}

std::optional<int> ParsePort(std::string_view text, int lowest) {
  const auto port = text.starts_with('-') ? std::nullopt : ParseInteger(text);
  if (!port || *port < lowest || *port > 65535) return std::nullopt;
  return static_cast<int>(*port);
}

}  // namespace

bool IsHostName(std::string_view host) {
  return !host.empty() && host.size() <= 253 && IsLetterOrDigit(host.front()) &&
         std::all_of(host.begin(), host.end(),
                     [](char c) { return IsLetterOrDigit(c) || c == '-' || c == '.' || c == '_'; });
}

bool IsIpAddress(std::string_view text) {
  const bool is_v4 =
      std::all_of(text.begin(), text.end(), [](char c) { return IsDigit(c) || c == '.'; });
  return !text.empty() && (is_v4 || IsV6(text));
}

std::optional<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

std::optional<std::chrono::sys_seconds> ParseMoment(std::string_view text) {
  const std::string_view form = text.size() == 10 ? "0000-00-00" : "0000-00-00T00:00:00Z";
  if (text.size() != form.size()) return std::nullopt;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == '0' ? !digit : text[i] != form[i]) return std::nullopt;
  }
  const auto number = [text](size_t at, size_t size) {
    int value = 0;
    for (const char c : text.substr(at, size)) value = value * 10 + (c - '0');
    return value;
  };
  const std::chrono::year_month_day day{std::chrono::year(number(0, 4)),
                                        std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                        std::chrono::day(static_cast<unsigned>(number(8, 2)))};
  if (!day.ok()) return std::nullopt;
  std::chrono::sys_seconds moment = std::chrono::sys_days(day);
  if (text.size() == 10) return moment;
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return moment + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

std::optional<double> ParseRatio(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (fault != std::errc{} || stop != end || !(value >= 0 && value <= 1)) return std::nullopt;
  return value;
}

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  const auto value = ParseWithUnit(text, kTimeUnits);
  if (!value) return std::nullopt;
  return std::chrono::milliseconds(*value);
}

std::optional<size_t> ParseSize(std::string_view text) {
  const auto value = ParseWithUnit(text, kSizeUnits);
  if (!value) return std::nullopt;
  return static_cast<size_t>(*value);
}

std::string DurationText(std::chrono::milliseconds value) {
  return TextWithUnit(value.count(), kTimeUnits);
}

std::string SizeText(size_t value) { return TextWithUnit(static_cast<int64_t>(value), kSizeUnits); }

std::optional<HostPort> ParseHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto port = ParsePort(text.substr(colon + 1), 0);
  if (!port || !(bracketed ? IsV6(host) : IsHostName(host))) return std::nullopt;
  return HostPort{std::string(host), *port};
}

std::optional<ServerAddress> ParseEndpoint(std::string_view text) {
  constexpr std::string_view kPlain = "http://", kTls = "https://";
  ServerAddress address;
  address.tls = text.starts_with(kTls);
  if (!address.tls && !text.starts_with(kPlain)) return std::nullopt;
  text.remove_prefix(address.tls ? kTls.size() : kPlain.size());
  const auto parsed = ParseHostPort(text);
  if (!parsed || parsed->host.empty() || parsed->port == 0) return std::nullopt;
  address.target = text;
  return address;
}

std::optional<BaseUrl> ParseBaseUrl(std::string_view text) {
  BaseUrl url;
  while (text.ends_with('/')) text.remove_suffix(1);
  url.text = text;
  url.https = text.starts_with("https://");
  if (!url.https && !text.starts_with("http://")) return std::nullopt;
  text.remove_prefix(url.https ? 8 : 7);
  const size_t slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  const std::string_view path = text.substr(slash);
  const bool has_port = !authority.ends_with(']') && authority.find(':') != std::string_view::npos;
  url.port = url.https ? 443 : 80;
  if (has_port) {
    const auto port = ParsePort(authority.substr(authority.rfind(':') + 1), 1);
    if (!port) return std::nullopt;
    url.port = *port;
  }
  const auto host =
      ParseHostPort(has_port ? std::string(authority) : std::string(authority) + ":0");
  if (!host) return std::nullopt;
  const bool path_is_plain = std::all_of(path.begin(), path.end(), [](char c) {
    return IsLetterOrDigit(c) || std::string_view("/-._~%").find(c) != std::string_view::npos;
  });
  if (!path_is_plain || path.find("//") != std::string_view::npos ||
      path.find("/.") != std::string_view::npos) {
    return std::nullopt;
  }
  url.host = host->host;
  return url;
}

bool IsLabel(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || IsDigit(c) || c == '-'; });
}

bool IsModelName(std::string_view text) {
  return !text.empty() && text.size() <= 128 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool IsFreeHeaderName(std::string_view name) {
  static constexpr std::array<std::string_view, 27> kTaken = {
      // The gateway's own.
      "accept", "accept-encoding", "content-encoding", "content-length", "content-type", "expect",
      "host", "openai-organization", "openai-project", "user-agent", "x-request-id",
      "x-client-request-id",
      // The connection's.
      "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding",
      "upgrade", "forwarded", "x-forwarded-for",
      // Credentials: a file of settings is no place for them.
      "api-key", "authorization", "cookie", "proxy-authorization", "x-api-key", "x-goog-api-key"};
  const std::string lower = Lower(name);
  const bool is_token =
      !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
        return IsLetterOrDigit(c) || std::string_view("-_.").find(c) != std::string_view::npos;
      });
  return is_token && std::find(kTaken.begin(), kTaken.end(), lower) == kTaken.end();
}

bool IsHeaderText(std::string_view value) {
  return !value.empty() && value.size() <= 1024 &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string Printable(std::string_view text, size_t max_bytes) {
  std::string printable(text.substr(0, max_bytes));
  std::replace_if(
      printable.begin(), printable.end(), [](char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return text.size() > max_bytes ? printable + "..." : printable;
}

std::string_view Nearest(std::string_view name, const std::vector<std::string_view>& known) {
  if (name.size() > 64) return {};
  std::string_view best;
  size_t best_distance = std::max<size_t>(2, name.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    // Levenshtein's distance, row by row: row[j] is the distance to the candidate's first j bytes.
    std::vector<size_t> row(candidate.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < name.size(); ++i) {
      size_t diagonal = std::exchange(row[0], i + 1);
      for (size_t j = 0; j < candidate.size(); ++j) {
        const size_t replaced = diagonal + (name[i] == candidate[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min({replaced, row[j + 1] + 1, row[j] + 1});
      }
    }
    if (row.back() < best_distance) best_distance = row.back(), best = candidate;
  }
  return best;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& known) {
  const std::string_view meant = Nearest(name, known);
  return meant.empty() ? std::string() : "; did you mean " + std::string(meant) + "?";
}

}  // namespace inferwire::config
