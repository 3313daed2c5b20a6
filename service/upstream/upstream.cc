#include "upstream/upstream.h"

#include <utility>

#include "openai/path_segment.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/metrics.h"
#include "telemetry/route_metrics.h"
#include "telemetry/upstream_metrics.h"
#include "upstream/url_text.h"

namespace inferwire::upstream {
namespace {

constexpr std::string_view kApiVersion = "api-version";
// Its id, key, type and trace, and what it accepts.
constexpr size_t kHeadersPerRequest = 5;

// By use.
std::array<telemetry::UpstreamMetrics*, 4> MetricsOf(const std::string& name,
                                                     telemetry::UpstreamFamilies& families) {
  return {&families.With(name, Name(Use::kChat)), &families.With(name, Name(Use::kRaw)),
          &families.With(name, Name(Use::kFiles)), &families.With(name, Name(Use::kBatches))};
}

std::shared_ptr<const EndpointSet> FixedEndpoints(const UpstreamOptions& options,
                                                  routing::Board* board) {
  if (options.endpoints) return options.endpoints_change ? nullptr : options.endpoints->Load();
  Endpoints only(options.name, options.breaker, board);
  only.Replace({std::string()}, SteadyTime());
  return only.Load();
}

}  // namespace

std::string_view Name(Use use) {
  switch (use) {
    case Use::kChat:
      return "chat";
    case Use::kRaw:
      return "raw";
    case Use::kFiles:
      return "files";
    case Use::kBatches:
      return "batches";
  }
  return "other";
}

Upstream::Upstream(UpstreamOptions options, KeyPool keys, telemetry::Metrics& metrics,
                   routing::Board* board)
    : options_(std::move(options)),
      keys_(std::move(keys)),
      endpoint_metrics_(options_.endpoints
                            ? &metrics.Of<telemetry::EndpointMetrics>().Of(options_.name)
                            : nullptr),
      fixed_endpoints_(FixedEndpoints(options_, board)),
      retry_budget_(board ? board->Budget(options_.name, options_.retry_budget)
                          : std::make_shared<routing::RetryBudget>(options_.retry_budget)),
      resends_(metrics.Of<telemetry::RouteMetrics>().Upstream(options_.name)),
      metrics_(MetricsOf(options_.name, metrics.Of<telemetry::UpstreamFamilies>())) {
  headers_.push_back("User-Agent: inferwire/" INFERWIRE_VERSION);
  if (!options_.organization.empty()) {
    headers_.push_back("OpenAI-Organization: " + options_.organization);
  }
  if (!options_.project.empty()) headers_.push_back("OpenAI-Project: " + options_.project);
  for (const auto& [name, value] : options_.headers) headers_.push_back(name + ": " + value);
}

bool Upstream::NamesModelInPath() const {
  return options_.dialect->deployments && !options_.base_url.ends_with("/v1");
}

std::string Upstream::ChatPath(std::string_view model) const {
  std::string path;
  if (NamesModelInPath()) {
    path = "/deployments/";
    openai::AppendPercentEncoded(model, path);
  }
  return path += "/chat/completions";
}

http::Request Upstream::NewRequest(std::string_view method, std::string_view path,
                                   std::string_view request_id, const Secret* key) const {
  http::Request request;
  request.method = method;
  request.url.reserve(options_.base_url.size() + path.size());
  request.url = options_.base_url;
  request.url += path;
  if (!options_.api_version.empty() && !HasParameter(path, kApiVersion)) {
    request.url += path.find('?') == std::string_view::npos ? '?' : '&';
    request.url += kApiVersion;
    request.url += '=';
    openai::AppendPercentEncoded(options_.api_version, request.url);
  }
  request.headers.reserve(headers_.size() + kHeadersPerRequest);
  request.headers = headers_;
  request.headers.emplace_back("X-Client-Request-Id: ") += request_id;
  if (key) {
    std::string header(options_.dialect->key_header);
    request.headers.push_back(header += key->Reveal());
  }
  request.connect_options = &options_.connect_options;
  return request;
}

}  // namespace inferwire::upstream
