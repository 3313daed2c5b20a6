// Everything that can be configured, as plain values with every default, and the reading of it.
// Reading reports every fault of a file at once, each with its place. No value here is a secret:
// keys are named by where they come from, and read elsewhere.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "catalogue/catalogue.h"
#include "config/batches.h"
#include "config/directory.h"
#include "config/idempotency.h"
#include "config/ledger.h"
#include "config/price_lists/price_list.h"
#include "config/raw.h"
#include "config/routes.h"
#include "config/tenants.h"
#include "limits/store_down.h"
#include "telemetry/log.h"

namespace inferwire::config {

inline constexpr size_t kKiB = 1024, kMiB = 1024 * kKiB;

struct KeepaliveConfig {
  std::chrono::milliseconds time = std::chrono::seconds(60);
  std::chrono::milliseconds timeout = std::chrono::seconds(20);
  std::chrono::milliseconds min_ping_interval = std::chrono::seconds(10);
};

struct ServerConfig {
  std::string listen = "0.0.0.0:50051";
  std::string admin = "127.0.0.1:9464";  // it has no authentication
  bool insecure = false;                 // allows plain text on an address that others can reach
  int loops = 0;                         // 0: one per core
  int max_connections = 2000;
  int max_connections_per_peer = 200;
  int backlog = 1024;
  int max_concurrent_streams = 1000;  // per connection
  size_t max_request_bytes = 16 * kMiB;
  size_t max_response_bytes = 32 * kMiB;
  size_t memory_quota = 256 * kMiB;  // of half-sent messages
  std::chrono::milliseconds overload_wait = std::chrono::milliseconds(20);
  size_t max_metadata_bytes = 16 * kKiB;                                 // of one call
  size_t receive_window = 1 * kMiB;                                      // of one call
  std::chrono::milliseconds request_timeout = std::chrono::seconds(60);  // to come whole
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds(10);
  KeepaliveConfig keepalive;
  std::chrono::milliseconds max_connection_idle = std::chrono::minutes(5);
  std::chrono::milliseconds max_connection_age = std::chrono::seconds(60);
  std::chrono::milliseconds max_connection_age_grace = std::chrono::seconds(3730);
  bool reflection = false;
  bool route_admin = false;  // callers may drain and reset places
  bool try_it = false;       // the admin page sends completions for who opens it
};

enum class ClientAuth { kNone, kRequest, kRequire };

struct TlsConfig {
  std::string certificate, key;  // PEM files, re-read when they change
  std::string client_ca;
  ClientAuth client_auth = ClientAuth::kNone;
  std::chrono::milliseconds refresh = std::chrono::seconds(10);
};

// The port of the administrators: KeysService and TenantsService.
struct AdminApiConfig {
  std::string listen;            // empty: not served
  bool insecure = false;         // as ServerConfig's
  std::optional<TlsConfig> tls;  // none: plain text
  int max_connections = 100;
  int max_connections_per_peer = 20;
  int max_in_flight = 50;  // calls
  bool served() const { return !listen.empty(); }
};

struct JsonConfig {
  int depth = 64;
  size_t nodes = 1'000'000;
  size_t string = 32 * kMiB;
};

struct LimitsConfig {
  int max_in_flight = 2000;         // calls
  int caller_share_percent = 90;    // what one caller alone may have of them, and of the memory
  size_t memory_bytes = 0;          // held for calls at once; 0: half of what the container has
  size_t request_fields = 100'000;  // of one message of a caller
  int many_max_in_flight = 64;      // calls within one many-RPC
  int stream_queue_messages = 64;
  size_t stream_queue_bytes = 64 * kKiB;
  JsonConfig json;
  size_t sse_event_bytes = 0;  // 0: the least of max_response_bytes, stream_bytes and json.string
  size_t stream_bytes = 64 * kMiB;
  size_t large_answer_bytes = 128 * kMiB;  // embeddings and images
  size_t file_bytes = 1024 * kMiB;
  size_t form_bytes = 256 * kMiB;
  int realtime_sessions = 500;                // at once
  size_t realtime_message_bytes = 32 * kMiB;  // of an upstream
  size_t header_bytes = 64 * kKiB;            // of an upstream's answer
  int metric_models = 50;                     // model names that get series of their own
  std::chrono::milliseconds burst = std::chrono::seconds(10);  // of callers' limits per minute
  int replicas = 1;                                            // processes that share their limits
  // Of calls that wait for room under their callers' limits. A call may wait so long: neighbours of
  // a caller at twenty times their load wait 1.3 s at the 99th percentile of the simulation in
  // tests/unit/limits, and a client's own first repetition would come no sooner.
  std::chrono::milliseconds max_queue_wait = std::chrono::seconds(2);  // 0: none waits
  int queue_calls = 1000;
  int queue_calls_per_tenant = 200;
  size_t queue_bytes = 64 * kMiB;                            // of their requests
  bool shared = false;                                       // by the store, whatever replicas says
  limits::StoreDown store_down = limits::StoreDown::kLocal;  // while that is not reached
  std::chrono::milliseconds store_timeout = std::chrono::milliseconds(200);  // for a statement
};

struct DeadlinesConfig {
  std::chrono::milliseconds unary = std::chrono::seconds(120);     // for a caller that sets none
  std::chrono::milliseconds stream = std::chrono::seconds(600);    // the same, for a stream
  std::chrono::milliseconds max = std::chrono::seconds(900);       // for every caller
  std::chrono::milliseconds session = std::chrono::seconds(3700);  // of RealtimeService, instead
  // For a caller to read the rest, once nothing more is to come.
  std::chrono::milliseconds delivery = std::chrono::seconds(30);
};

// From a call's beginning to the latest end of its answer's delivery.
inline std::chrono::milliseconds LongestCall(const DeadlinesConfig& deadlines) {
  return std::max(deadlines.max, deadlines.session) + deadlines.delivery;
}

struct DrainConfig {
  std::chrono::milliseconds connection_wait = std::chrono::seconds(70);
  std::chrono::milliseconds calls = std::chrono::seconds(900);
  std::chrono::milliseconds last_call = std::chrono::seconds(5);
  std::chrono::milliseconds second_signal = std::chrono::seconds(5);
};

// One of an upstream's keys.
struct KeyEntry {
  std::string name;            // appears in metrics and answers
  std::string variable, file;  // one of them: where it is read from
  int weight = 100;
  KeySource source() const;
};

struct TimeoutsConfig {
  std::chrono::milliseconds connect = std::chrono::seconds(3);  // TCP and TLS
  std::chrono::milliseconds first_byte = std::chrono::seconds(300);
  std::chrono::milliseconds between_events = std::chrono::seconds(60);
  std::chrono::milliseconds after_finish = std::chrono::seconds(3);
};

// Several addresses of an upstream: one of these.
struct EndpointsConfig {
  std::vector<std::string> list;                              // host:port
  std::string dns;                                            // a host with an address for each
  int port = 0;                                               // of dns; 0: the base URL's
  std::chrono::milliseconds every = std::chrono::seconds(5);  // it is looked up
};

// What an endpoint takes at once, and what may wait before it; and what the provider allows a key.
struct UpstreamLimitsConfig {
  int in_flight = 0;                               // calls; 0: none
  std::chrono::milliseconds first_byte_target{0};  // 0: in_flight stays as it is
  int queue = 64;                                  // calls that wait for a place, per endpoint
  std::chrono::milliseconds queue_wait = std::chrono::seconds(1);
  std::string tier;                      // of the catalogue's limits; empty: none
  std::vector<ModelRatesConfig> models;  // instead of the tier's, or besides
  int use = 95;                          // % of them
  bool operator==(const UpstreamLimitsConfig&) const = default;
  // Of its endpoints.
  bool any() const { return in_flight > 0 || first_byte_target.count() > 0; }
};

struct UpstreamConfig {
  std::string name;
  std::string dialect = "openai";
  std::string base_url;     // without a slash at the end; empty for the simulator
  std::string api_version;  // only for dialects that have one
  bool simulator = false;
  bool allow_plain_http = false;
  KeySource api_key;
  std::vector<KeyEntry> keys;  // instead of api_key: a pool
  std::string organization, project;
  std::map<std::string, std::string> headers;
  std::vector<std::string> models = {"*"};  // "*": every model that no upstream names
  std::map<std::string, std::string> aliases;
  TimeoutsConfig timeouts;
  std::string proxy, ca_bundle;
  std::optional<EndpointsConfig> endpoints;               // none: the base URL's
  RouteStrategy balance = RouteStrategy::kLeastInFlight;  // which of them an attempt goes to
  AffinityConfig affinity;                                // of balance
  std::vector<std::string> tags;                          // what callers and routes may ask for
  bool billed = true;                                     // unless given, as the dialect says
  int max_retries = 2;
  Resend resend = Resend::kFailed;  // for models without a route
  RetryBudgetConfig retry_budget;
  BreakerConfig breaker;
  std::optional<HealthConfig> health;        // none: calls find out
  std::optional<DiscoveryConfig> discovery;  // none: it is not asked what it serves
  UpstreamLimitsConfig limits;
  UpstreamBatchesConfig batches;
  bool is_default = false;  // after reading, exactly one upstream is
};

struct RawConfig {
  std::vector<RawRule> allow = DefaultRawRules();
};

// What becomes of calls for a model that has ended.
enum class OnShutdown { kWarn, kMove, kRefuse };

// The same for one name that callers ask for.
struct ShutdownConfig {
  std::string model;  // a model's name, an alias or a route's name
  OnShutdown action = OnShutdown::kMove;
  std::string replacement;  // empty: the catalogue's
  std::string from;         // YYYY-MM-DD; empty: the model's shutdown date
};

// A public list of prices, read as it is published.
struct PriceListConfig {
  std::string file;
  PriceListKind format = PriceListKind::kLiteLlm;
};

struct CatalogueConfig {
  std::string file;                           // empty: the one built in
  std::optional<PriceListConfig> price_list;  // laid over it; none: nothing
  std::string overlay;                        // laid over both; empty: nothing
  bool strict = false;                        // serve only models of the catalogue
  OnShutdown on_shutdown = OnShutdown::kWarn;
  std::vector<ShutdownConfig> shutdowns;
  // The files' content; never null after reading. A running server takes it over with
  // catalogue::Snapshot::Replace.
  std::shared_ptr<const catalogue::Catalogue> content;
  std::string digest;  // of the files' bytes; empty: of none
  // Of the list's entries that have a price, those that are in the catalogue whole.
  int64_t listed = 0, said = 0;
};

struct LogConfig {
  telemetry::LogLevel level = telemetry::LogLevel::kInfo;
  bool calls = true;
};

struct MetricsConfig {
  bool inference_names = false;  // OpenTelemetry's newer names beside the old ones
};

// How changes of the files are noticed.
struct ReloadConfig {
  bool watch = true;
  std::chrono::milliseconds check_every = std::chrono::seconds(60);
};

struct TracingConfig {
  std::string endpoint;  // of an OTLP/gRPC collector; empty: no spans
  std::string ca_bundle;
  double sample_ratio = 0.1;  // of the calls that bring no decision along
  int queue_spans = 4096;
  int batch_spans = 512;
  std::chrono::milliseconds batch_delay = std::chrono::seconds(1);
  std::chrono::milliseconds timeout = std::chrono::seconds(5);
};

struct ConfigFault {
  std::string path;  // e.g. upstreams[0].timeouts.connect; the file's name for the file as a whole
  int line = 0;      // from 1; 0 if it has none
  std::string text;
};

struct Config {
  ServerConfig server;
  std::optional<TlsConfig> tls;  // none: plain text
  LimitsConfig limits;
  DeadlinesConfig deadlines;
  DrainConfig drain;
  std::vector<PlanConfig> plans;
  std::vector<TenantConfig> tenants;  // none: nobody is asked who he is
  IdentityConfig identity;
  AdminApiConfig admin_api;
  std::vector<UpstreamConfig> upstreams;
  std::vector<RouteConfig> routes;
  RawConfig raw;
  CatalogueConfig catalogue;
  StoreConfig store;
  BatchesConfig batches;
  LedgerConfig ledger;
  DirectoryConfig directory;
  IdempotencyConfig idempotency;
  LogConfig log;
  ReloadConfig reload;
  MetricsConfig metrics;
  TracingConfig tracing;
  // What works, but otherwise than the file says: found when it was read.
  std::vector<ConfigFault> warnings;

  // There are tenants, or may be: callers are told apart.
  bool has_tenants() const { return !tenants.empty() || directory.enabled; }
};

// upstreams[0].timeouts.connect (line 12): ...
std::string ToText(const ConfigFault& fault);

// Faults in the order of their lines, at most kMaxConfigFaults and never none.
using LoadedConfig = std::variant<Config, std::vector<ConfigFault>>;
inline constexpr size_t kMaxConfigFaults = 100;
inline constexpr size_t kMaxConfigFileBytes = 1 * kMiB;

// Given beside the file they count instead of its own, and are checked as those are. Empty: not
// given.
struct Addresses {
  std::string listen{}, admin{};
};

LoadedConfig ParseConfig(std::string_view yaml, std::string_view file_name,
                         const Addresses& instead = {});
LoadedConfig LoadConfigFile(const std::string& path, const Addresses& instead = {});

// What a server without a file runs with, on loopback addresses.
enum class BuiltInUpstream { kSimulator, kOpenAi };
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
std::optional<std::string> ProcessEnvironment(const std::string& name);
// kOpenAi looks at OPENAI_API_KEY (only whether it is there), OPENAI_BASE_URL, OPENAI_ORG_ID and
// OPENAI_PROJECT_ID, as OpenAI's own libraries do. A fault's path is then the variable's name.
LoadedConfig BuiltIn(BuiltInUpstream kind, const Environment& environment = ProcessEnvironment,
                     const Addresses& instead = {});

// JSON for the admin port's /config: every value but those of static headers.
std::string Redacted(const Config& config);
// 16 hexadecimal digits that are the same for equal configurations, however they are written.
std::string Fingerprint(const Config& config);

}  // namespace inferwire::config
