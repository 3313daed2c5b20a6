#include "telemetry/metric_families.h"

#include <string>
#include <vector>

namespace inferwire::telemetry {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

// OpenTelemetry's GenAI conventions, v1.41: tokens and seconds. The durations go three steps
// further than theirs, because a batch-like answer of a reasoning model takes minutes.
const Buckets kTokenBuckets = {1,     4,     16,     64,      256,     1024,     4096,
                               16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864};
const Buckets kChunkBuckets = {0.01, 0.02, 0.04, 0.08,  0.16,  0.32,  0.64,
                               1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
const Buckets kOperationBuckets = {0.01, 0.02,  0.04,  0.08,  0.16,  0.32,   0.64,   1.28,  2.56,
                                   5.12, 10.24, 20.48, 40.96, 81.92, 163.84, 327.68, 655.36};
const Buckets kRpcBuckets = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,  2.5,
                             5,     10,   20,    40,   80,  160,  320, 640};
const Buckets kOverheadBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                  0.01,   0.025,   0.05,   0.1,   0.25,   1};
const Buckets kPhaseBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                               0.25,  0.5,    1,     2.5,  5,     10,   30};

// Declares the families of one registry.
struct Declare {
  prometheus::Registry& registry;

  MetricFamilies::Counters Counter(const std::string& name, const std::string& help) const {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
  }
  MetricFamilies::Gauges Gauge(const std::string& name, const std::string& help) const {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
  }
  HistogramFamily Histogram(const std::string& name, const std::string& help,
                            const Buckets& buckets) const {
    return {prometheus::BuildHistogram().Name(name).Help(help).Register(registry), buckets};
  }
};

}  // namespace

// The members are initialised in the order of the struct.
MetricFamilies::MetricFamilies(prometheus::Registry& registry)
    : started(
          Declare{registry}.Counter("grpc_server_started_total", "RPCs that began on the server.")),
      handled(Declare{registry}.Counter("grpc_server_handled_total",
                                        "RPCs that ended on the server, by status code.")),
      received(Declare{registry}.Counter("grpc_server_msg_received_total",
                                         "Messages received from clients.")),
      sent(Declare{registry}.Counter("grpc_server_msg_sent_total", "Messages sent to clients.")),
      handling(Declare{registry}.Histogram("grpc_server_handling_seconds",
                                           "Time from the begin of an RPC to its end.",
                                           kRpcBuckets)),
      tokens(Declare{registry}.Histogram(
          "gen_ai_client_token_usage",
          "Billable tokens per operation as the upstream reported them.", kTokenBuckets)),
      operation_duration(Declare{registry}.Histogram(
          "gen_ai_client_operation_duration_seconds",
          "Time of an operation at the upstream, all attempts included.", kOperationBuckets)),
      first_chunk(Declare{registry}.Histogram(
          "gen_ai_client_operation_time_to_first_chunk_seconds",
          "Time from the request to the first content of a stream.", kOperationBuckets)),
      per_chunk(Declare{registry}.Histogram("gen_ai_client_operation_time_per_output_chunk_seconds",
                                            "Time between two content chunks of a stream.",
                                            kChunkBuckets)),
      cost(Declare{registry}.Counter("inferwire_cost_usd_total",
                                     "What answers cost by the price list, in USD.")),
      unpriced(Declare{registry}.Counter("inferwire_unpriced_requests_total",
                                         "Answers without a price: no price or no usage.")),
      cost_differences(Declare{registry}.Counter(
          "inferwire_cost_differences_total",
          "Answers whose cost by the price list is more than 1 % off what the provider states.")),
      token_details(Declare{registry}.Counter(
          "inferwire_token_details_total",
          "Tokens that were charged otherwise: cached input and reasoning output.")),
      caller_requests(Declare{registry}.Counter(
          "inferwire_caller_requests_total",
          "Ended calls of a caller with a client certificate, by outcome.")),
      caller_tokens(Declare{registry}.Counter(
          "inferwire_caller_tokens_total",
          "Tokens that a caller's answers took, as the upstream reported them.")),
      caller_cost(
          Declare{registry}.Counter("inferwire_caller_cost_usd_total",
                                    "What a caller's answers cost by the price list, in USD.")),
      credentials_ignored(Declare{registry}.Counter(
          "inferwire_credentials_ignored_total",
          "Calls that came with a token or key, which this server does not look at.")),
      in_flight(Declare{registry}.Gauge("inferwire_requests_in_flight",
                                        "Requests that are being worked on.")),
      request_errors(Declare{registry}.Counter(
          "inferwire_request_errors_total",
          "Requests that did not end well, by whose fault it was and why.")),
      overhead(Declare{registry}.Histogram("inferwire_overhead_seconds",
                                           "Time a request spent in the gateway itself.",
                                           kOverheadBuckets)),
      translation_errors(
          Declare{registry}.Counter("inferwire_translation_errors_total",
                                    "Messages that could not be translated from or to JSON.")),
      unknown_fields(Declare{registry}.Counter("inferwire_unknown_fields_total",
                                               "Upstream JSON members without a field of ours.")),
      usage_missing(Declare{registry}.Counter("inferwire_usage_missing_total",
                                              "Operations that ended without token usage.")),
      streams_active(Declare{registry}.Gauge("inferwire_streams_active", "Open response streams.")),
      streams_ended(
          Declare{registry}.Counter("inferwire_streams_ended_total", "Ended streams, by how.")),
      backpressure(Declare{registry}.Counter("inferwire_stream_backpressure_seconds_total",
                                             "Time upstreams were paused for slow clients.")),
      attempts(Declare{registry}.Counter("inferwire_upstream_attempts_total",
                                         "HTTP attempts at upstreams.")),
      retries(Declare{registry}.Counter("inferwire_upstream_retries_total",
                                        "Repeated attempts, by what went wrong before.")),
      phases(Declare{registry}.Histogram(
          "inferwire_upstream_phase_seconds",
          "Duration of one phase of an attempt; dns, connect and tls on new connections only.",
          kPhaseBuckets)),
      upstream_connections(Declare{registry}.Counter(
          "inferwire_upstream_connections_total", "Attempts that had a connection, by its kind.")),
      upstream_unsolicited(Declare{registry}.Counter(
          "inferwire_upstream_unsolicited_connections_total",
          "Connections closed because the upstream sent bytes that nobody had asked for.")),
      key_echoes(Declare{registry}.Counter(
          "inferwire_upstream_key_echoes_total",
          "Answers in which the upstream repeated the key that was sent; it was made unreadable.")),
      upstream_bytes(
          Declare{registry}.Counter("inferwire_upstream_bytes_total", "Body bytes, by direction.")),
      ratelimit_limit(Declare{registry}.Gauge("inferwire_upstream_ratelimit_limit",
                                              "The upstream's last stated limit.")),
      ratelimit_remaining(Declare{registry}.Gauge("inferwire_upstream_ratelimit_remaining",
                                                  "What the upstream said is left of its limit.")),
      in_flight_limit(Declare{registry}.Gauge("inferwire_requests_in_flight_limit",
                                              "Requests that may be worked on at once.")),
      build_info(
          Declare{registry}.Gauge("inferwire_build_info", "Versions of this build; always 1.")),
      draining(Declare{registry}.Gauge("inferwire_draining", "1 while the server drains.")),
      certificate_expiry(
          Declare{registry}.Gauge("inferwire_tls_certificate_expiry_timestamp_seconds",
                                  "When a loaded certificate expires.")),
      connections(Declare{registry}.Gauge("inferwire_connections", "Open client connections.")),
      connections_refused(Declare{registry}.Counter("inferwire_connections_refused_total",
                                                    "Client connections closed at once, by why.")),
      connections_abandoned(Declare{registry}.Counter(
          "inferwire_connections_abandoned_total",
          "Client connections that had ended and that the client did not close in time.")),
      label_overflow(Declare{registry}.Counter("inferwire_metric_label_overflow_total",
                                               "Label values folded into other.")),
      log_records_dropped(Declare{registry}.Counter("inferwire_log_records_dropped_total",
                                                    "Log records dropped by a full queue.")),
      config_reloads(Declare{registry}.Counter(
          "inferwire_config_reload_total",
          "How often configuration and keys were read again, by what came of it.")),
      spans_exported(Declare{registry}.Counter("inferwire_trace_spans_exported_total",
                                               "Spans that the collector took.")),
      spans_dropped(Declare{registry}.Counter("inferwire_trace_spans_dropped_total",
                                              "Spans that never reached the collector.")),
      config_reload_good(
          Declare{registry}.Gauge("inferwire_config_last_reload_successful",
                                  "0 while the configuration that was read last is refused.")),
      config_reload_time(
          Declare{registry}.Gauge("inferwire_config_last_reload_success_timestamp_seconds",
                                  "Since when the configuration is in use.")),
      config_info(
          Declare{registry}.Gauge("inferwire_config_info", "The configuration in use; always 1.")),
      secret_loaded(Declare{registry}.Gauge("inferwire_secret_last_loaded_timestamp_seconds",
                                            "When the upstream's key was read that is in use.")) {}

}  // namespace inferwire::telemetry
