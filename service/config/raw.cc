#include "config/raw.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "openai/path_segment.h"

namespace inferwire::config {
namespace {

bool IsMethod(std::string_view method) {
  return method == "GET" || method == "POST" || method == "DELETE";
}

// The decoded segments of /a/b; nothing if the path is not to be trusted.
std::optional<std::vector<std::string>> Split(std::string_view path) {
  if (path.size() > kMaxRawPathBytes || !path.starts_with('/')) return std::nullopt;
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t end = std::min(path.find('/'), path.size());
    auto segment = openai::DecodePathSegment(path.substr(0, end));
    if (!segment) return std::nullopt;
    segments.push_back(*std::move(segment));
    path.remove_prefix(end);
  }
  return segments;
}

// /organization, also below a version: an upstream's base URL may end before it.
bool IsAdmin(const std::vector<std::string>& segments) {
  const auto is_organization = [](std::string_view segment) {
    return EqualsIgnoringCase(segment, "organization");
  };
  const size_t depth = std::min<size_t>(segments.size(), 2);
  return std::any_of(segments.begin(), segments.begin() + static_cast<ptrdiff_t>(depth),
                     is_organization);
}

// Whether the segment narrows a rule: "*" does not, nor does a version, under which everything is.
bool NamesAnEndpoint(std::string_view segment) {
  const bool version = segment.size() > 1 && segment[0] == 'v' && IsDigit(segment[1]);
  return segment != "*" && !version;
}

constexpr std::string_view kBelow = "/**";

}  // namespace

std::vector<RawRule> DefaultRawRules() {
  return {
      {"GET", "/models"},
      {"GET", "/models/**"},
      {"POST", "/chat/completions"},
      {"POST", "/completions"},
      {"POST", "/responses"},
      {"POST", "/embeddings"},
      {"POST", "/moderations"},
      {"POST", "/images/generations"},
      {"POST", "/images/edits"},
      {"POST", "/images/variations"},
      {"POST", "/audio/speech"},
      {"POST", "/audio/transcriptions"},
      {"POST", "/audio/translations"},
  };
}

std::string FaultOf(const RawRule& rule) {
  if (!IsMethod(rule.method)) return "has a method that is not GET, POST or DELETE";
  std::string_view path = rule.path;
  if (path.ends_with(kBelow)) path.remove_suffix(kBelow.size());
  if (path.empty()) return "opens every path: name at least one segment before /**";
  const auto segments = Split(path);
  if (!segments) return "has a path that is not of the form /name/*/name or /name/**";
  if (std::none_of(segments->begin(), segments->end(), NamesAnEndpoint)) {
    return "opens every path: a segment other than '*' and a version has to be named";
  }
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

}  // namespace inferwire::config
