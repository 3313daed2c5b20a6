#include "endpoints/raw/raw_model.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "codec/json_gate.h"
#include "codec/json_text.h"
#include "codec/member_scan.h"
#include "openai/error.h"
#include "openai/form_parts.h"
#include "openai/path_segment.h"

namespace inferwire::endpoints {
namespace {

constexpr RawEndpoint kEndpoints[] = {
    {"chat/completions", true, true},
    {"completions", true, true},
    {"embeddings"},
    {"responses", true, true},
    {"messages", true, true},
    {"rerank", false},
    {"moderations", false},
    {"images/generations", false},
    {"images/edits", false},
    {"images/variations", false},
    {"audio/speech", false},
    {"audio/transcriptions", false},
    {"audio/translations", false},
};
// Segments after which a path names the model.
constexpr std::string_view kBeforeModel[] = {"deployments", "engines"};
// Members with which some servers are told to take further models.
constexpr std::string_view kFurtherModels[] = {"models", "fallbacks"};
constexpr size_t kLongestModel = 256;

// What a body says of its model.
struct Named {
  std::optional<std::string> model;
  bool unclear = false;  // there is more than one way to read it
};

std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    if (!segment.empty())
      segments.push_back(openai::DecodePathSegment(segment).value_or(std::string()));
  }
  return segments;
}

// The name in quotes, or nothing.
std::optional<std::string> Text(std::string_view json) {
  if (json.size() > kLongestModel + 2 || json.empty() || json.front() != '"') return std::nullopt;
  if (!codec::CheckJson(json)) return std::nullopt;
  std::string text = codec::JsonCursor(json).ReadString().Text();
  if (text.empty()) return std::nullopt;
  return text;
}

// all: also what comes after the model. Some servers do not mind the case of names.
Named ModelInJson(std::string_view body, bool all) {
  Named named;
  const codec::Scan scan =
      codec::ScanMembers(body, [&](const std::string& name, std::string_view value) {
        const std::string lower = Lower(name);
        if (lower == "model") {
          auto text = Text(value);
          if (named.model || !text || name != lower) named.unclear = true;
          if (!named.model) named.model = std::move(text);
          return all;
        }
        if (std::find(std::begin(kFurtherModels), std::end(kFurtherModels), lower) !=
            std::end(kFurtherModels)) {
          named.unclear = true;
        }
        return true;
      });
  if (scan == codec::Scan::kBroken) named.unclear = true;
  return named;
}

// The value of one form field of that name.
Named ModelInForm(std::string_view content_type, std::string_view body) {
  Named named;
  const openai::FormScan scan =
      openai::ScanForm(content_type, body, [&](const openai::FormPart& part) {
        const auto names = openai::FieldNames(part.head);
        if (!names) named.unclear = true;
        if (!names || std::find(names->begin(), names->end(), "model") == names->end()) return true;
        const std::string_view value = Trim(part.value);
        if (named.model || value.empty() || value.size() > kLongestModel) named.unclear = true;
        if (!named.model && value.size() <= kLongestModel) named.model = std::string(value);
        return true;
      });
  if (scan == openai::FormScan::kUnclear) named.unclear = true;
  return named;
}

Named ModelInBody(const RawCallText& call, bool all) {
  if (call.body.empty()) return {};
  const std::string_view type = call.content_type.substr(0, call.content_type.find(';'));
  if (Lower(Trim(type)) != "multipart/form-data") return ModelInJson(call.body, all);
  return ModelInForm(call.content_type, call.body);
}

// Where models are deployments.
std::optional<std::string> ModelInPath(std::string_view path) {
  const std::vector<std::string> segments = Segments(path);
  for (size_t i = 0; i + 1 < segments.size(); ++i) {
    const std::string lower = Lower(segments[i]);
    if (std::find(std::begin(kBeforeModel), std::end(kBeforeModel), lower) !=
        std::end(kBeforeModel)) {
      return segments[i + 1];
    }
  }
  return std::nullopt;
}

// --- Usage ---------------------------------------------------------------------------------------

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

const RawEndpoint* FindRawEndpoint(std::string_view method, std::string_view path) {
  if (method != "POST") return nullptr;
  const std::vector<std::string> segments = Segments(path);
  if (segments.empty()) return nullptr;
  const std::string last = Lower(segments.back());
  const std::string two =
      segments.size() < 2 ? std::string() : Lower(segments[segments.size() - 2]) + "/" + last;
  for (const RawEndpoint& endpoint : kEndpoints) {
    if (endpoint.name == two) return &endpoint;
  }
  for (const RawEndpoint& endpoint : kEndpoints) {
    if (endpoint.name == last) return &endpoint;
  }
  return nullptr;
}

Result<upstream::Destination> RouteRaw(const upstream::Router& router,
                                       const upstream::Upstream& upstream,
                                       const RawEndpoint* endpoint, const RawCallText& call,
                                       const ModelAllowed& allowed) {
  const bool restricted = allowed || router.RestrictsModels(upstream);
  const auto for_sent = [&](std::string_view model) -> Result<upstream::Destination> {
    auto sent = router.ForSent(upstream, model);
    if (!sent || !allowed) return sent;
    if (auto may = allowed(*sent); !may) return may.error();
    return sent;
  };
  const bool has_to_name = restricted && (endpoint || (allowed && call.method == "POST"));
  const bool looks = endpoint || has_to_name || (restricted && !call.body.empty());
  upstream::Destination route{&upstream, {}};
  if (!looks) return route;
  const Named named = ModelInBody(call, restricted);
  const auto in_path = ModelInPath(call.path);
  if (has_to_name) {
    if (named.unclear) {
      return InvalidField("call.body", "must name one model, in one way: models are restricted");
    }
    if (!named.model && !in_path) {
      return InvalidField("call.body", "must name a model: models are restricted");
    }
  }
  if (restricted && named.model && in_path && *named.model != *in_path) {
    for (const std::string& each : {*named.model, *in_path}) {
      if (auto sent = for_sent(each); !sent) return sent.error();
    }
  }
  const bool path_counts = in_path && (upstream.NamesModelInPath() || !named.model);
  const auto& model = path_counts ? in_path : named.model;
  if (!model) return route;
  return for_sent(*model);
}

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
