// One configured upstream: where it is, how it is spoken to, and how it is. Immutable after its
// making but for its keys and its state, and shared by all loops.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/transport.h"
#include "openai/dialect.h"
#include "routing/board.h"
#include "routing/choice.h"
#include "routing/failure.h"
#include "upstream/endpoints.h"
#include "upstream/key_pool.h"
#include "upstream/place_queue.h"

namespace inferwire::telemetry {

class Metrics;
class ResendMetrics;
class UpstreamEndpointMetrics;
class UpstreamFamilies;
class UpstreamMetrics;

}  // namespace inferwire::telemetry

namespace inferwire::upstream {

class Listing;

// What an upstream is used for: the operation label of its metrics.
enum class Use {
  kChat,
  kRaw,
  kFiles,
  kBatches,
  kResponses,
  kConversations,
  kEmbeddings,
  kModerations,
  kTextCompletion,
  kImageGeneration,
  kFineTuning,
  kAssistants,
  kRealtime,
  kImageEdit,
  kSpeech,
  kTranscription,
  kTranslation,
};
inline constexpr size_t kUses = 17;
std::string_view Name(Use use);  // the label `operation`
// The other way round; kRaw for none of them.
Use UseNamed(std::string_view operation);

// How its endpoints are asked whether they are well, by requests that cost nothing.
struct HealthCheckOptions {
  std::string path = "/models";  // below the base URL
  Duration every = std::chrono::seconds(5);
  Duration timeout = std::chrono::seconds(2);
  bool all = false;  // also those that seem well
};

// How it is asked what it serves.
struct DiscoveryOptions {
  std::string path = "/models";  // below the base URL
  Duration every = std::chrono::hours(1);
  Duration timeout = std::chrono::seconds(30);
};

struct UpstreamOptions {
  std::string name;
  std::string base_url;     // without a trailing slash, e.g. https://api.openai.com/v1
  std::string api_version;  // of every request's query; empty: none
  const openai::Dialect* dialect = openai::FindDialect("openai");
  std::string organization, project;
  std::map<std::string, std::string> headers;  // static ones, none of them secret
  http::ConnectOptions connect_options;
  Duration first_byte = std::chrono::seconds(60);
  Duration between_events = std::chrono::seconds(60);
  Duration after_finish = std::chrono::seconds(3);
  int max_retries = 2;
  // For models without a route: up to which proof a request is sent again.
  routing::Resend resend = routing::Resend::kFailed;
  bool billed = true;  // its requests cost money
  std::vector<std::string> tags{};
  routing::BreakerOptions breaker{};
  routing::RetryBudgetOptions retry_budget{};
  std::optional<HealthCheckOptions> health{};
  std::optional<DiscoveryOptions> discovery{};
  std::shared_ptr<Listing> listing{};  // what came of it; null: it is not asked
  // Its addresses, and how one is chosen for each attempt; null: the base URL's.
  std::shared_ptr<Endpoints> endpoints{};
  bool endpoints_change = false;  // while it runs
  // Where calls wait for a place while all of them are full; null: they have no limits.
  std::shared_ptr<PlaceQueue> queue{};
  int queue_most = 64;  // for each endpoint
  Duration queue_wait = std::chrono::seconds(1);
  int most_out = 50;  // % of them that are left alone at once
  routing::ChoiceRules balance{.strategy = routing::Strategy::kLeastInFlight};
};

class Upstream {
 public:
  // What is known of its health is on the board, by its name; null: nothing outlives this.
  Upstream(UpstreamOptions options, KeyPool keys, telemetry::Metrics& metrics,
           routing::Board* board = nullptr);

  const UpstreamOptions& options() const { return options_; }
  const std::string& name() const { return options_.name; }
  const KeyPool& keys() const { return keys_; }
  // Those that there are now, of a loop. Good until it is asked again.
  const EndpointSet& endpoints(EndpointViews& views) const {
    return fixed_endpoints_ ? *fixed_endpoints_ : views.Of(*options_.endpoints);
  }
  // The same for any thread; takes a lock where they change.
  std::shared_ptr<const EndpointSet> endpoints() const {
    return fixed_endpoints_ ? fixed_endpoints_ : options_.endpoints->Load();
  }
  // The health of the only one.
  routing::PlaceState& endpoint() const { return *endpoints()->front()->state; }
  routing::RetryBudget& retry_budget() const { return *retry_budget_; }
  // Of the uses that there are at few upstreams nothing is counted before the first call.
  telemetry::UpstreamMetrics& metrics(Use use) const;

  // Null: it has only the base URL's.
  telemetry::UpstreamEndpointMetrics* endpoint_metrics() const { return endpoint_metrics_; }

  telemetry::ResendMetrics& resends() const { return resends_; }

  // Where an endpoint serves this model, below the base URL. path: without one, as in
  // "/embeddings".
  std::string PathFor(std::string_view model, std::string_view path) const;
  std::string ChatPath(std::string_view model) const { return PathFor(model, "/chat/completions"); }
  // Whether the model is a part of that path.
  bool NamesModelInPath() const;

  // A request to a path (and query) below the base URL, with every header but what the body needs.
  // key: null for none.
  http::Request NewRequest(std::string_view method, std::string_view path,
                           std::string_view request_id, const Secret* key) const;

 private:
  const UpstreamOptions options_;
  const KeyPool keys_;
  telemetry::UpstreamEndpointMetrics* const endpoint_metrics_;
  const std::shared_ptr<const EndpointSet> fixed_endpoints_;  // null: they change
  const std::shared_ptr<routing::RetryBudget> retry_budget_;
  telemetry::ResendMetrics& resends_;
  telemetry::UpstreamFamilies& families_;
  mutable std::array<std::atomic<telemetry::UpstreamMetrics*>, kUses> metrics_{};  // by Use
  std::vector<std::string> headers_;  // all but the key's
};

}  // namespace inferwire::upstream
