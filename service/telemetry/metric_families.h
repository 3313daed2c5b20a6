// Every family this server exposes, declared once: name, help and buckets. Labels are the handles'
// business (metrics.cc, metric_handles.cc). The references live as long as the registry.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

namespace inferwire::telemetry {

// Costs are counted in pico-USD and shown in USD.
inline constexpr double kUsdPerPicoUsd = 1e-12;

struct HistogramFamily {
  prometheus::Family<prometheus::Histogram>& family;
  const prometheus::Histogram::BucketBoundaries buckets;

  prometheus::Histogram& Add(const prometheus::Labels& labels) const {
    return family.Add(labels, buckets);
  }
};

struct MetricFamilies {
  using Counters = prometheus::Family<prometheus::Counter>&;
  using Gauges = prometheus::Family<prometheus::Gauge>&;

  explicit MetricFamilies(prometheus::Registry& registry);

  // One RPC method: grpc_type, grpc_service, grpc_method.
  Counters started, handled, received, sent;
  HistogramFamily handling;

  // One operation x provider x model.
  HistogramFamily tokens, operation_duration, first_chunk, per_chunk;
  Counters cost, unpriced, cost_differences, token_details;

  // One caller with a client certificate.
  Counters caller_requests, caller_tokens, caller_cost;

  // What a caller showed and nobody looked at: metadata.
  Counters credentials_ignored;

  // One operation.
  Gauges in_flight;
  Counters request_errors;
  HistogramFamily overhead;
  Counters translation_errors, unknown_fields, usage_missing;
  Gauges streams_active;
  Counters streams_ended, backpressure;

  // One upstream.
  Counters attempts, retries;
  HistogramFamily phases;
  Counters upstream_connections, upstream_unsolicited, key_echoes, upstream_bytes;
  Gauges ratelimit_limit, ratelimit_remaining;

  // The process.
  Gauges in_flight_limit, build_info, draining, certificate_expiry, connections;
  Counters connections_refused, connections_abandoned, label_overflow, log_records_dropped;
  Counters config_reloads, spans_exported, spans_dropped;
  Gauges config_reload_good, config_reload_time, config_info, secret_loaded;
};

}  // namespace inferwire::telemetry
