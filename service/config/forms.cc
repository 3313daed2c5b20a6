#include "config/forms.h"

#include <algorithm>

#include "base/local_url.h"
#include "catalogue/ending.h"
#include "config/values.h"
#include "tenancy/key_text.h"

namespace inferwire::config {
namespace {

bool IsPattern(std::string_view model) { return model.find_first_of("*?") != model.npos; }

}  // namespace

namespace form_faults {

std::string Any(const std::string&) { return {}; }

std::string Address(const std::string& text) {
  return ParseHostPort(text) ? "" : "must be an address and a port, e.g. 0.0.0.0:50051";
}

std::string FilePath(const std::string& text) {
  return !text.empty() && text.find('\0') == std::string::npos ? "" : "must be the path of a file";
}

std::string Variable(const std::string& text) {
  const bool good = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return good ? "" : "must be the name of an environment variable";
}

std::string Url(const std::string& text) {
  return ParseBaseUrl(text) ? ""
                            : "must be a URL of the form https://host:port/path, without user, "
                              "query or fragment";
}

std::string Endpoint(const std::string& text) {
  return ParseEndpoint(text) ? "" : "must be http://host:port or https://host:port";
}

std::string EndpointAddress(const std::string& text) {
  const auto address = ParseHostPort(text);
  return address && address->port > 0
             ? ""
             : "must be an address and a port, e.g. 10.0.0.7:8000 or [fd00::7]:8000";
}

std::string HostName(const std::string& text) {
  return IsHostName(text) ? "" : "must be a host's name";
}

std::string UrlPath(const std::string& text) {
  const bool good =
      text.starts_with('/') && text.size() <= 256 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  return good ? "" : "must be a path that begins with '/', e.g. /models";
}

std::string Label(const std::string& text) {
  return IsLabel(text) ? "" : "must be 1 to 63 of a-z, 0-9 and '-', with '-' at neither end";
}

std::string HeaderText(const std::string& text) {
  return IsHeaderText(text) ? "" : "has a byte that cannot stand in a header, or no byte at all";
}

std::string ModelOrStar(const std::string& text) {
  if (!IsModelName(text)) return "must be a model's name or '*'";
  if (text == "*" || !IsPattern(text)) return {};
  return "is a pattern, which models are not matched against: name each model, or let models be "
         "'*' for every model that no upstream names";
}

std::string ModelName(const std::string& text) {
  if (!IsModelName(text)) return "must be a model's name";
  return IsPattern(text) ? "must be a model's whole name, not a pattern" : "";
}

std::string RouteName(const std::string& text) {
  if (!IsModelName(text)) return "must be a model's name, or the beginning of names and '*'";
  const std::string_view begin = std::string_view(text).substr(0, text.size() - 1);
  if (!IsPattern(text) || (text.ends_with('*') && !IsPattern(begin))) return {};
  return "is a pattern of which only the end may be open: gpt-*";
}

std::string ApiVersion(const std::string& text) {
  const bool good =
      !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      });
  return good ? "" : "must be a version of Azure's API, e.g. 2024-10-21";
}

std::string HedgeAfter(const std::string& text) {
  if (text == kHedgeAfterP95) return {};
  const auto time = ParseDuration(text);
  const bool good = time && *time >= std::chrono::milliseconds(1) && *time <= kLatestHedge;
  return good ? "" : "must be p95, or a duration from 1ms to 10m, e.g. 800ms";
}

std::string Tier(const std::string& text) {
  return text.empty() || text.size() > 64 ? "must have 1 to 64 bytes" : "";
}

std::string TenantId(const std::string& text) {
  const bool good =
      !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
      });
  return good ? "" : "must be 1 to 64 of a-z, 0-9, '-', '_' and '.'";
}

std::string KeyId(const std::string& text) {
  return tenancy::IsKeyId(text) ? "" : "must be the 8 letters and digits after iw_ of the key";
}

// Whatever else stands there may be the key itself: it is never repeated.
std::string KeyHash(const std::string& text) {
  return tenancy::ParseKeyHash(text)
             ? ""
             : "must be 64 hexadecimal digits, the hash that `inferwire keys make` shows; the key "
               "itself never stands here";
}

std::string KeyHint(const std::string& text) {
  const bool good =
      !text.empty() && text.size() <= tenancy::kKeyHintSize &&
      std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      });
  return good ? "" : "must be at most the last 4 letters of the key";
}

std::string Moment(const std::string& text) {
  return ParseMoment(text) ? ""
                           : "must be a day or a moment in UTC: 2027-01-31, 2027-01-31T12:00:00Z";
}

std::string Date(const std::string& text) {
  return catalogue::BeginningOf(text) ? "" : "must be a date, e.g. 2027-01-31";
}

std::string ModelPattern(const std::string& text) {
  return IsModelName(text) ? "" : "must be a model's name, or a part of names and '*': gpt-4.1*";
}

std::string NamePattern(const std::string& text) {
  return IsHeaderText(text) ? ""
                            : "must be the name in a certificate, with '*' where it may differ";
}

std::string IpAddress(const std::string& text) {
  return IsIpAddress(text) ? "" : "must be an IP address";
}

std::string Issuer(const std::string& text) {
  return IsHeaderText(text) && text.size() <= kMaxIssuerBytes
             ? ""
             : "must be what tokens have as iss, of at most 256 bytes";
}

std::string Audience(const std::string& text) {
  return IsHeaderText(text) ? "" : "must be what tokens have as aud";
}

std::string SafeUrl(const std::string& text) {
  return IsHttpsOrLocal(text) ? "" : "must be an https URL (http only of this machine)";
}

}  // namespace form_faults

std::string HeaderFault(const std::string& name, const std::string& value) {
  if (!IsFreeHeaderName(name)) {
    return "cannot be set here: not a header's name, or one that the gateway sets itself, or one "
           "that carries a credential (use api_key)";
  }
  return form_faults::HeaderText(value);
}

std::string AliasFault(const std::string& alias, const std::string& model) {
  const bool names =
      IsModelName(alias) && IsModelName(model) && !IsPattern(alias) && !IsPattern(model);
  return names ? "" : "must be a model's name for a model's name, not a pattern";
}

std::string ClaimFault(const std::string& claim, const std::string& pattern) {
  const bool well = !claim.empty() && claim.size() <= 256 && IsHeaderText(pattern);
  return well ? "" : "must be what the claim has to be, with '*' where it may differ";
}

}  // namespace inferwire::config
