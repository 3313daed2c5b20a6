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

}  // namespace inferwire::endpoints
