#include "upstream/upstream.h"

#include <algorithm>
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
constexpr std::array<std::string_view, kUses> kNames = {
    "chat",          "raw",        "files",       "batches",         "responses",
    "conversations", "embeddings", "moderations", "text_completion", "image_generation",
    "fine_tuning",   "assistants", "realtime",    "image_edit",      "speech",
    "transcription", "translation"};

std::shared_ptr<const EndpointSet> FixedEndpoints(const UpstreamOptions& options,
                                                  routing::Board* board) {
  if (options.endpoints) return options.endpoints_change ? nullptr : options.endpoints->Load();
  Endpoints only(options.name, options.breaker, board);
  only.Replace({std::string()}, SteadyTime());
  return only.Load();
}

}  // namespace

std::string_view Name(Use use) { return kNames[static_cast<size_t>(use)]; }

Use UseNamed(std::string_view operation) {
  const auto* const found = std::ranges::find(kNames, operation);
  return found == kNames.end() ? Use::kRaw : static_cast<Use>(found - kNames.begin());
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
      families_(metrics.Of<telemetry::UpstreamFamilies>()) {
  for (const Use use : {Use::kChat, Use::kRaw, Use::kFiles, Use::kBatches}) this->metrics(use);
  headers_.push_back("User-Agent: inferwire/" INFERWIRE_VERSION);
  if (!options_.organization.empty()) {
    headers_.push_back("OpenAI-Organization: " + options_.organization);
  }
  if (!options_.project.empty()) headers_.push_back("OpenAI-Project: " + options_.project);
  for (const auto& [name, value] : options_.headers) headers_.push_back(name + ": " + value);
}

telemetry::UpstreamMetrics& Upstream::metrics(Use use) const {
  std::atomic<telemetry::UpstreamMetrics*>& known = metrics_[static_cast<size_t>(use)];
  if (auto* const metrics = known.load(std::memory_order_acquire)) return *metrics;
  telemetry::UpstreamMetrics& made = families_.With(options_.name, Name(use));
  known.store(&made, std::memory_order_release);
  return made;
}

bool Upstream::NamesModelInPath() const {
  return options_.dialect->deployments && !options_.base_url.ends_with("/v1");
}

std::string Upstream::PathFor(std::string_view model, std::string_view path) const {
  std::string full;
  if (NamesModelInPath() && !model.empty()) {
    full = "/deployments/";
    openai::AppendPercentEncoded(model, full);
  }
  return full += path;
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
