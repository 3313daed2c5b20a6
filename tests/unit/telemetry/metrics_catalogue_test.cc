// The names, labels and buckets that dashboards and alerts are written against.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "exposition.h"
#include "record_everything.h"

namespace inferwire::telemetry {
namespace {

struct Expected {
  std::string name, type;
  std::vector<std::string> labels;
  std::vector<std::string> bounds = {};
};

std::vector<Expected> Catalogue() {
  const std::vector<std::string> rpc = {"grpc_type", "grpc_service", "grpc_method"};
  const std::vector<std::string> ai = {"gen_ai_operation_name", "gen_ai_provider_name",
                                       "gen_ai_request_model"};
  const auto with = [](std::vector<std::string> labels, const std::string& more) {
    labels.push_back(more);
    return labels;
  };
  const std::vector<std::string> chunk = {"0.01",  "0.02",  "0.04",  "0.08",  "0.16",
                                          "0.32",  "0.64",  "1.28",  "2.56",  "5.12",
                                          "10.24", "20.48", "40.96", "81.92", "+Inf"};
  auto operation = chunk;
  operation.insert(operation.end(), {"163.84", "327.68", "655.36"});
  return {
      {"grpc_server_started_total", "counter", rpc},
      {"grpc_server_handled_total", "counter", with(rpc, "grpc_code")},
      {"grpc_server_msg_received_total", "counter", rpc},
      {"grpc_server_msg_sent_total", "counter", rpc},
      {"grpc_server_handling_seconds",
       "histogram",
       rpc,
       {"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "20", "40",
        "80", "160", "320", "640", "+Inf"}},
      {"gen_ai_client_token_usage",
       "histogram",
       with(ai, "gen_ai_token_type"),
       {"1", "4", "16", "64", "256", "1024", "4096", "16384", "65536", "262144", "1048576",
        "4194304", "16777216", "67108864", "+Inf"}},
      {"gen_ai_client_operation_duration_seconds", "histogram", with(ai, "error_type"), operation},
      {"gen_ai_client_operation_time_to_first_chunk_seconds", "histogram", ai, operation},
      {"gen_ai_client_operation_time_per_output_chunk_seconds", "histogram", ai, chunk},
      {"inferwire_cost_usd_total", "counter", ai},
      {"inferwire_unpriced_requests_total", "counter", ai},
      {"inferwire_cost_differences_total",
       "counter",
       {"gen_ai_operation_name", "gen_ai_provider_name"}},
      {"inferwire_token_details_total", "counter", with(ai, "detail")},
      {"inferwire_requests_in_flight", "gauge", {"operation"}},
      {"inferwire_requests_in_flight_limit", "gauge", {}},
      {"inferwire_request_errors_total", "counter", {"operation", "grpc_code", "origin", "reason"}},
      {"inferwire_overhead_seconds",
       "histogram",
       {"operation"},
       {"0.0001", "0.00025", "0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1",
        "0.25", "1", "+Inf"}},
      {"inferwire_translation_errors_total", "counter", {"operation", "direction", "kind"}},
      {"inferwire_unknown_fields_total", "counter", {"operation"}},
      {"inferwire_usage_missing_total", "counter", {"operation", "reason"}},
      {"inferwire_streams_active", "gauge", {"operation"}},
      {"inferwire_streams_ended_total", "counter", {"operation", "reason"}},
      {"inferwire_stream_backpressure_seconds_total", "counter", {"operation"}},
      {"inferwire_upstream_attempts_total",
       "counter",
       {"gen_ai_provider_name", "operation", "http_status", "outcome"}},
      {"inferwire_upstream_retries_total", "counter", {"gen_ai_provider_name", "reason"}},
      {"inferwire_upstream_phase_seconds",
       "histogram",
       {"gen_ai_provider_name", "phase"},
       {"0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5",
        "10", "30", "+Inf"}},
      {"inferwire_upstream_connections_total", "counter", {"gen_ai_provider_name", "reused"}},
      {"inferwire_upstream_unsolicited_connections_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_upstream_bytes_total", "counter", {"gen_ai_provider_name", "direction"}},
      {"inferwire_upstream_ratelimit_limit",
       "gauge",
       {"gen_ai_provider_name", "gen_ai_request_model", "limit"}},
      {"inferwire_upstream_ratelimit_remaining",
       "gauge",
       {"gen_ai_provider_name", "gen_ai_request_model", "limit"}},
      {"inferwire_build_info", "gauge", {"version", "revision", "grpc_version", "curl_version"}},
      {"inferwire_draining", "gauge", {}},
      {"inferwire_metric_label_overflow_total", "counter", {"family"}},
      {"inferwire_log_records_dropped_total", "counter", {}},
      {"inferwire_tls_certificate_expiry_timestamp_seconds", "gauge", {"cert"}},
      {"inferwire_config_reload_total", "counter", {"result"}},
      {"inferwire_config_last_reload_successful", "gauge", {}},
      {"inferwire_config_last_reload_success_timestamp_seconds", "gauge", {}},
      {"inferwire_config_info", "gauge", {"hash"}},
      {"inferwire_secret_last_loaded_timestamp_seconds", "gauge", {"secret"}},
      {"inferwire_trace_spans_exported_total", "counter", {}},
      {"inferwire_trace_spans_dropped_total", "counter", {"reason"}},
      {"inferwire_ledger_records_total", "counter", {"source"}},
      {"inferwire_ledger_failures_total", "counter", {"step"}},
      {"inferwire_ledger_held_calls", "gauge", {}},
      {"inferwire_ledger_disk_free_segments", "gauge", {}},
      {"inferwire_ledger_unsent_records", "gauge", {}},
      {"inferwire_ledger_unsent_age_seconds", "gauge", {}},
      {"inferwire_directory_age_seconds", "gauge", {}},
      {"inferwire_directory_version", "gauge", {}},
      {"inferwire_directory_ignored", "gauge", {"reason"}},
      {"inferwire_audit_events_total", "counter", {"outcome"}},
      {"inferwire_batches", "gauge", {"status"}},
      {"inferwire_batch_enqueued_tokens", "gauge", {"gen_ai_request_model"}},
      {"inferwire_batch_files_removed_total", "counter", {"outcome"}},
      {"inferwire_batch_watchers", "gauge", {}},
      {"inferwire_batch_worker_behind_seconds", "gauge", {}},
      {"inferwire_batch_items_total", "counter", {"outcome"}},
      {"inferwire_batch_shards_moved_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_batch_shards_submitted_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_batch_step_failures_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_batch_strange_lines_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_caller_requests_total", "counter", {"caller", "outcome"}},
      {"inferwire_caller_tokens_total", "counter", {"caller", "gen_ai_token_type"}},
      {"inferwire_caller_cost_usd_total", "counter", {"caller"}},
      {"inferwire_credentials_ignored_total", "counter", {"metadata"}},
      {"inferwire_discovery_last_list_timestamp_seconds", "gauge", {"gen_ai_provider_name"}},
      {"inferwire_discovery_models", "gauge", {"gen_ai_provider_name"}},
      {"inferwire_discovery_reads_total", "counter", {"gen_ai_provider_name", "result"}},
      {"inferwire_discovery_unlisted_models", "gauge", {"gen_ai_provider_name"}},
      {"inferwire_ending_model_requests_total", "counter", {"model", "caller", "warning"}},
      {"inferwire_ending_model_shutdown_timestamp_seconds", "gauge", {"model"}},
      {"inferwire_client_retries_total", "counter", {"caller"}},
      {"inferwire_client_retries_limited_total", "counter", {}},
      {"inferwire_idempotent_calls_total", "counter", {"result"}},
      {"inferwire_idempotent_kept_bytes", "gauge", {}},
      {"inferwire_idempotent_waiting_calls", "gauge", {}},
      {"inferwire_budget_used_ratio", "gauge", {"scope", "period"}},
      {"inferwire_budget_period_left_seconds", "gauge", {"scope", "period"}},
      {"inferwire_limit_decisions_total", "counter", {"scope", "limit", "decision"}},
      {"inferwire_limit_meters", "gauge", {}},
      {"inferwire_queue_calls", "gauge", {"priority"}},
      {"inferwire_queue_bytes", "gauge", {}},
      {"inferwire_queue_wait_seconds",
       "histogram",
       {"priority"},
       {"0.001", "0.01", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120",
        "300", "600", "+Inf"}},
      {"inferwire_queue_eta_error_seconds",
       "histogram",
       {},
       {"0.01", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "120", "+Inf"}},
      {"inferwire_queue_left_total", "counter", {"how"}},
      {"inferwire_queue_full_total", "counter", {"bound"}},
      {"inferwire_realtime_sessions", "gauge", {}},
      {"inferwire_realtime_refused_total", "counter", {}},
      {"inferwire_realtime_events_total", "counter", {"direction"}},
      {"inferwire_realtime_audio_bytes_total", "counter", {"direction"}},
      {"inferwire_realtime_ends_total", "counter", {"close_code"}},
      {"inferwire_realtime_session_seconds",
       "histogram",
       {},
       {"1", "5", "15", "60", "300", "900", "1800", "3600", "7200", "+Inf"}},
      {"inferwire_lease_store_up", "gauge", {}},
      {"inferwire_lease_exchanges_total", "counter", {"kind", "result"}},
      {"inferwire_lease_exchange_seconds",
       "histogram",
       {"kind"},
       {"0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1",
        "+Inf"}},
      {"inferwire_replicas_live", "gauge", {}},
      {"inferwire_budget_in_doubt_usd", "gauge", {"scope"}},
      {"inferwire_budget_overrun_usd_total", "counter", {}},
      {"inferwire_maybe_billed_requests_total", "counter", with(ai, "reason")},
      {"inferwire_maybe_billed_unpriced_requests_total", "counter", with(ai, "reason")},
      {"inferwire_maybe_billed_cost_usd_total", "counter", with(with(ai, "reason"), "estimated")},
      {"inferwire_upstream_key_echoes_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_store_budget_bytes", "gauge", {}},
      {"inferwire_store_budget_refused_total", "counter", {}},
      {"inferwire_store_bytes", "gauge", {}},
      {"inferwire_store_failures_total", "counter", {}},
      {"inferwire_store_free_bytes", "gauge", {}},
      {"inferwire_store_queue", "gauge", {}},
      {"inferwire_store_refused_total", "counter", {}},
      {"inferwire_store_rows_deleted_total", "counter", {}},
      {"inferwire_store_up", "gauge", {}},
      {"inferwire_connections", "gauge", {}},
      {"inferwire_connections_abandoned_total", "counter", {}},
      {"inferwire_connections_failed_total", "counter", {"reason"}},
      {"inferwire_connections_refused_total", "counter", {"reason"}},
      {"inferwire_memory_held_bytes", "gauge", {}},
      {"inferwire_memory_limit_bytes", "gauge", {}},
      {"inferwire_memory_returned_bytes_total", "counter", {}},
      {"inferwire_access_refused_total", "counter", {"reason"}},
      {"inferwire_auth_asked", "gauge", {}},
      {"inferwire_auth_total", "counter", {"method", "outcome", "reason"}},
      {"inferwire_jwks_age_seconds", "gauge", {"issuer"}},
      {"inferwire_jwt_verifications_total", "counter", {}},
      {"inferwire_calls_refused_total", "counter", {"bound"}},
      {"inferwire_calls_cut_total", "counter", {"reason"}},
      {"inferwire_resends_total", "counter", {"gen_ai_provider_name", "kind", "proof"}},
      {"inferwire_resends_denied_total", "counter", {"gen_ai_provider_name", "reason"}},
      {"inferwire_possibly_billed_attempts_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_place_changes_total", "counter", {"gen_ai_provider_name", "kind", "to"}},
      {"inferwire_places", "gauge", {"gen_ai_provider_name", "kind", "state"}},
      {"inferwire_route_answers_total", "counter", {"route", "gen_ai_provider_name", "fallback"}},
      {"inferwire_route_targets", "gauge", {"route", "state"}},
      {"inferwire_endpoint_lookups_total", "counter", {"gen_ai_provider_name", "result"}},
      {"inferwire_endpoint_panics_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_health_checks_total", "counter", {"gen_ai_provider_name", "result"}},
      {"inferwire_place_limit", "gauge", {"gen_ai_provider_name"}},
      {"inferwire_place_queue_wait_seconds",
       "histogram",
       {"gen_ai_provider_name"},
       {"0.005", "0.05", "0.2", "0.5", "1", "5", "+Inf"}},
      {"inferwire_place_refusals_total", "counter", {"gen_ai_provider_name", "reason"}},
      {"inferwire_hedges_total", "counter", {"route", "won"}},
      {"inferwire_hedges_denied_total", "counter", {"route", "why"}},
      {"inferwire_shadow_calls_total", "counter", {"route", "outcome"}},
      {"inferwire_shadow_cost_usd_total", "counter", {"route"}},
      {"process_cpu_seconds_total", "counter", {}},
      {"process_resident_memory_bytes", "gauge", {}},
      {"process_open_fds", "gauge", {}},
      {"process_max_fds", "gauge", {}},
      {"process_threads", "gauge", {}},
      {"process_start_time_seconds", "gauge", {}},
  };
}

TEST(MetricsCatalogue, ExposesTheCatalogueAndNothingElse) {
  Metrics metrics;
  RecordEverything(metrics);
  auto families = Parse(metrics.Expose());
  for (const Expected& expected : Catalogue()) {
    SCOPED_TRACE(expected.name);
    ASSERT_TRUE(families.contains(expected.name));
    const Family& family = families[expected.name];
    EXPECT_FALSE(family.help.empty());
    EXPECT_EQ(family.type, expected.type);
    EXPECT_EQ(family.labels, std::set(expected.labels.begin(), expected.labels.end()));
    EXPECT_EQ(family.bounds, std::set(expected.bounds.begin(), expected.bounds.end()));
    EXPECT_FALSE(family.samples.empty());
    families.erase(expected.name);
  }
  for (const auto& [name, family] : families) {
    ADD_FAILURE() << name << " is not in the catalogue";
  }
}

TEST(MetricsCatalogue, PassesPromtool) {
  if (std::system("promtool --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not on PATH";
  }
  Metrics metrics;
  RecordEverything(metrics);
  FILE* promtool = popen("promtool check metrics >&2", "w");
  ASSERT_NE(promtool, nullptr);
  const std::string text = metrics.Expose();
  EXPECT_EQ(fwrite(text.data(), 1, text.size(), promtool), text.size());
  EXPECT_EQ(pclose(promtool), 0);
}

}  // namespace
}  // namespace inferwire::telemetry
