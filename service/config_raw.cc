#include "config_raw.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace llmgate {
namespace {

bool IsMethod(std::string_view method) {
  return method == "GET" || method == "POST" || method == "DELETE";
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Bytes that RFC 3986 allows in a segment as they are.
bool IsPathByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) ||
         std::string_view("-._~!$&'()*+,=:@").find(c) != std::string_view::npos;
}

// The segment's meaning; nothing if its spelling is one that servers read differently: broken or
// double encoding, an encoded dot, slash, backslash or control byte, a path parameter (';'), two
// dots at its beginning, after which servers look for different things.
std::optional<std::string> Decode(std::string_view segment) {
  std::string decoded;
  for (size_t i = 0; i < segment.size(); ++i) {
    if (segment[i] != '%') {
      if (!IsPathByte(segment[i])) return std::nullopt;
      decoded += segment[i];
      continue;
    }
    if (i + 2 >= segment.size()) return std::nullopt;
    const int high = HexValue(segment[i + 1]), low = HexValue(segment[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    const char byte = static_cast<char>(high * 16 + low);
    const bool control = (high < 2) || byte == 0x7f;
    if (control || byte == '.' || byte == '/' || byte == '\\' || byte == '%') return std::nullopt;
    decoded += byte;
    i += 2;
  }
  if (decoded.empty() || decoded == "." || decoded.starts_with("..")) return std::nullopt;
  return decoded;
}

// The decoded segments of /a/b; nothing if the path is not to be trusted.
std::optional<std::vector<std::string>> Split(std::string_view path) {
  if (path.size() > kMaxRawPathBytes || !path.starts_with('/')) return std::nullopt;
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    auto segment = Decode(path.substr(0, end));
    if (!segment) return std::nullopt;
    segments.push_back(*std::move(segment));
    path.remove_prefix(end);
  }
  return segments;
}

// /organization, also below a version: an upstream's base URL may end before it.
bool IsAdmin(const std::vector<std::string>& segments) {
  const auto is_organization = [](std::string_view segment) {
    constexpr std::string_view kName = "organization";
    return std::equal(segment.begin(), segment.end(), kName.begin(), kName.end(),
                      [](char a, char b) { return (a | 0x20) == b; });
  };
  const size_t depth = std::min<size_t>(segments.size(), 2);
  return std::any_of(segments.begin(), segments.begin() + static_cast<ptrdiff_t>(depth),
                     is_organization);
}

constexpr std::string_view kBelow = "/**";

}  // namespace

std::vector<RawRule> DefaultRawRules() {
  std::vector<RawRule> rules = {
      {"GET", "/models"},
      {"GET", "/models/**"},
      {"DELETE", "/models/*"},
      {"POST", "/embeddings"},
      {"POST", "/moderations"},
      {"POST", "/completions"},
      {"POST", "/images/generations"},
      {"POST", "/images/edits"},
      {"POST", "/images/variations"},
      {"POST", "/audio/speech"},
      {"POST", "/audio/transcriptions"},
      {"POST", "/audio/translations"},
  };
  for (const char* tree :
       {"/chat/completions/**", "/responses/**", "/conversations/**", "/files/**", "/uploads/**",
        "/batches/**", "/fine_tuning/jobs/**", "/vector_stores/**", "/videos/**"}) {
    for (const char* method : {"GET", "POST", "DELETE"}) rules.push_back({method, tree});
  }
  return rules;
}

std::string FaultOf(const RawRule& rule) {
  if (!IsMethod(rule.method)) return "has a method that is not GET, POST or DELETE";
  std::string_view path = rule.path;
  if (path.ends_with(kBelow)) path.remove_suffix(kBelow.size());
  if (path.empty()) return "opens every path: name at least one segment before /**";
  const auto segments = Split(path);
  if (!segments) return "has a path that is not of the form /name/*/name or /name/**";
  for (const std::string& segment : *segments) {
    if (segment != "*" && segment.find('*') != std::string::npos) {
      return "has a '*' that is not a whole segment; '**' may only be the last one";
    }
  }
  if (IsAdmin(*segments)) return "opens /organization, which is never reachable";
  return {};
}

RawAllowList::RawAllowList(const std::vector<RawRule>& rules) {
  for (const RawRule& rule : rules) {
    std::string_view path = rule.path;
    const bool and_below = path.ends_with(kBelow);
    if (and_below) path.remove_suffix(kBelow.size());
    auto segments = Split(path);
    if (segments) patterns_.push_back({rule.method, *std::move(segments), and_below});
  }
}

bool RawAllowList::Allowed(std::string_view method, std::string_view path) const {
  const auto segments = Split(path);
  if (!segments || IsAdmin(*segments)) return false;
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& pattern) {
    const size_t fixed = pattern.segments.size();
    if (pattern.method != method || segments->size() < fixed) return false;
    if (segments->size() > fixed && !pattern.and_below) return false;
    return std::equal(pattern.segments.begin(), pattern.segments.end(), segments->begin(),
                      [](const auto& a, const auto& b) { return a == "*" || a == b; });
  });
}

}  // namespace llmgate
