#include "endpoints/shared/long_body.h"

#include <algorithm>

#include "codec/member_scan.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kEndBytes = 64u << 10;   // that are looked at, at either end
constexpr size_t kUsageBytes = 8u << 10;  // a usage is no longer
constexpr int kMostUsages = 8;            // that are looked at

// The object that begins the text, as far as it is there.
std::string_view ObjectAt(std::string_view text) {
  if (text.empty() || text.front() != '{') return {};
  // An object with this member alone: the scan finds the value's end.
  std::string_view object;
  const std::string wrapped = "{\"u\":" + std::string(text.substr(0, kUsageBytes));
  codec::ScanMembers(wrapped, [&](const std::string&, std::string_view value) {
    object = text.substr(0, value.size());
    return false;
  });
  return object;
}

// The last usage in the text that is an object and not a part of somebody's words.
std::string_view LastUsage(std::string_view text) {
  constexpr std::string_view kName = "\"usage\"";
  size_t at = text.rfind(kName);
  for (int looks = 0; at != std::string_view::npos && looks < kMostUsages; ++looks) {
    if (at == 0 || text[at - 1] != '\\') {
      std::string_view rest = text.substr(at + kName.size());
      rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n:"), rest.size()));
      if (const std::string_view usage = ObjectAt(rest); !usage.empty()) return usage;
    }
    at = at == 0 ? std::string_view::npos : text.rfind(kName, at - 1);
  }
  return {};
}

void AddMember(std::string_view name, std::string_view value, std::string& json) {
  json += json.empty() ? '{' : ',';
  json.append("\"").append(name).append("\":").append(value);
}

}  // namespace

std::string UsageOfLongBody(std::string_view body) {
  std::string json;
  bool has_usage = false, lists = false;
  codec::ScanMembers(body.substr(0, kEndBytes),
                     [&](const std::string& name, std::string_view value) {
                       if (name == "model" || name == "service_tier") AddMember(name, value, json);
                       if (name == "object" && value == "\"list\"") lists = true;
                       if (name != "usage" || value.empty() || value.front() != '{') return true;
                       has_usage = true;
                       AddMember(name, value, json);
                       return true;
                     });
  if (!has_usage) {
    const std::string_view end = body.substr(body.size() - std::min(body.size(), kEndBytes));
    const std::string_view usage = LastUsage(end);
    if (usage.empty()) return {};
    AddMember("usage", usage, json);
  }
  if (lists) AddMember("data", "[]", json);
  return json + "}";
}

}  // namespace inferwire::endpoints
