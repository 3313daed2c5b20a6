// The names, labels and buckets that dashboards and alerts are written against.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "exposition.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/config_metrics.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/credential_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/log_metrics.h"
#include "telemetry/maybe_billed_metrics.h"
#include "telemetry/metrics.h"
#include "telemetry/model_metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/rpc_metrics.h"
#include "telemetry/server_metrics.h"
#include "telemetry/span_metrics.h"
#include "telemetry/upstream_metrics.h"

namespace inferwire::telemetry {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Everything once, with a value in every label.
void RecordEverything(Metrics& metrics) {
  auto& rpc = metrics.Of<RpcFamilies>().With("unary", "inferwire.v1.ChatService", "Complete");
  rpc.Started();
  rpc.Received();
  rpc.Sent(1);
  rpc.Handled(Code::kOk, milliseconds(20));
  auto& operation = metrics.Of<OperationFamilies>().With("chat");
  operation.CallStarted();
  operation.Failed(
      MakeError(Code::kResourceExhausted, v1::ERROR_REASON_RATE_LIMITED, Origin::kUpstream));
  operation.Overhead(milliseconds(1));
  operation.UnknownFields(3);
  operation.TranslationError("response", "not_json");
  operation.StreamOpened();
  operation.Backpressure(seconds(2));
  auto& model = metrics.Of<ModelFamilies>().With("chat", "openai", "gpt-4.1-mini");
  model.Tokens(100, 20);
  model.TokenDetails(40, 10);
  model.Cost(72'000'000);
  model.Unpriced();
  model.CostDiffers();
  model.FirstChunk(milliseconds(300));
  model.NextChunk(milliseconds(30));
  model.Ended(seconds(1), "");
  model.Ended(seconds(1), "429");
  auto& upstream = metrics.Of<UpstreamFamilies>().With("openai", "chat");
  upstream.Attempt(200, AttemptResult::kSuccess);
  upstream.Connection(false);
  upstream.Phases(milliseconds(1), milliseconds(2), milliseconds(3), milliseconds(4));
  upstream.Bytes(10, 20);
  upstream.RateLimit("gpt-4.1-mini", "requests", 500, 499);
  metrics.Of<ServerMetrics>().BuildInfo("0.1.0", "abc", "1.51.1", "7.88.1");
  metrics.Of<CredentialMetrics>().CertificateExpiry("server", WallTime(seconds(1000)));
  metrics.Of<ConfigMetrics>().Reloaded(ReloadResult::kApplied, true);
  metrics.Of<ConfigMetrics>().InUse("0123456789abcdef", WallTime(seconds(1000)));
  metrics.Of<CredentialMetrics>().SecretLoaded("openai", WallTime(seconds(1000)));
  auto& batches = metrics.Of<BatchMetrics>();
  batches.Jobs({{"IN_PROGRESS", 1}});
  batches.EnqueuedTokens({{"gpt-4.1-mini", 1000}});
  metrics.Of<CallerMetrics>().Called("billing", true);
  metrics.Of<CallerMetrics>().Used("billing", {100, 20, 72'000'000});
  metrics.Of<CallerMetrics>().CredentialIgnored("authorization");
  metrics.Of<MaybeBilledMetrics>().Record("chat", "openai", "gpt-4.1-mini", "CANCELLED", 72'000'000,
                                          true);
  metrics.Of<MaybeBilledMetrics>().Record("chat", "openai", "unknown", "DEADLINE", std::nullopt,
                                          true);
  upstream.KeyEchoed();
  metrics.Of<ConnectionMetrics>().Open(17);
  metrics.Of<LoadMetrics>().Memory(10, 20);
  metrics.Of<LogMetrics>().Dropped(5);
  metrics.Of<SpanMetrics>().Exported(1);
  batches.Items("succeeded", 5);
  batches.Submitted("openai");
  batches.StepFailed("openai");
  batches.StrangeLines("openai", 1);
}

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
      {"inferwire_batches", "gauge", {"status"}},
      {"inferwire_batch_enqueued_tokens", "gauge", {"gen_ai_request_model"}},
      {"inferwire_batch_files_removed_total", "counter", {"outcome"}},
      {"inferwire_batch_watchers", "gauge", {}},
      {"inferwire_batch_worker_behind_seconds", "gauge", {}},
      {"inferwire_batch_items_total", "counter", {"outcome"}},
      {"inferwire_batch_shards_submitted_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_batch_step_failures_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_batch_strange_lines_total", "counter", {"gen_ai_provider_name"}},
      {"inferwire_caller_requests_total", "counter", {"caller", "outcome"}},
      {"inferwire_caller_tokens_total", "counter", {"caller", "gen_ai_token_type"}},
      {"inferwire_caller_cost_usd_total", "counter", {"caller"}},
      {"inferwire_credentials_ignored_total", "counter", {"metadata"}},
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
      {"inferwire_connections_refused_total", "counter", {"reason"}},
      {"inferwire_memory_held_bytes", "gauge", {}},
      {"inferwire_memory_limit_bytes", "gauge", {}},
      {"inferwire_memory_returned_bytes_total", "counter", {}},
      {"inferwire_calls_refused_total", "counter", {"bound"}},
      {"inferwire_calls_cut_total", "counter", {"reason"}},
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

int SeriesOf(const Metrics& metrics) {
  std::istringstream lines(metrics.Expose());
  int series = 0;
  for (std::string line; std::getline(lines, line);) series += !line.starts_with('#');
  return series;
}

constexpr int kMany = 400;  // more than any cap

void CallEveryMethodInEveryWay(Metrics& metrics) {
  for (int i = 0; i < kMany; ++i) {
    auto& rpc = metrics.Of<RpcFamilies>().With("unary", "inferwire.v1.Service",
                                               "Method" + std::to_string(i));
    for (int code = 0; code <= 16; ++code) rpc.Handled(static_cast<Code>(code), seconds(1));
  }
}

void FailEveryOperationInEveryWay(Metrics& metrics) {
  const auto* reasons = v1::ErrorReason_descriptor();
  for (int i = 0; i < kMany; ++i) {
    const std::string name = "operation-" + std::to_string(i);
    auto& operation = metrics.Of<OperationFamilies>().With(name);
    for (int reason = 0; reason < reasons->value_count(); ++reason) {
      const auto value = static_cast<v1::ErrorReason>(reasons->value(reason)->number());
      operation.Failed(
          MakeError(static_cast<Code>(1 + reason % 16), value, static_cast<Origin>(reason % 4)));
    }
    operation.TranslationError("response", "kind-" + std::to_string(i));
    operation.StreamOpened();
  }
}

void AskEveryUpstreamForEveryModel(Metrics& metrics) {
  for (int i = 0; i < kMany; ++i) {
    const std::string name = "provider-" + std::to_string(i);
    auto& upstream = metrics.Of<UpstreamFamilies>().With(name, "chat");
    for (int status = 0; status < 600; ++status) {
      for (int outcome = 0; outcome < 3; ++outcome) {
        upstream.Attempt(status, static_cast<AttemptResult>(outcome));
      }
    }
    for (int cause = 0; cause < 5; ++cause) upstream.Retry(static_cast<RetryCause>(cause));
    upstream.Connection(false);
    upstream.Phases(seconds(1), seconds(1), seconds(1), seconds(1));
    for (const char* metric : {"requests", "tokens"}) {
      upstream.RateLimit("model-" + std::to_string(i), metric, 1, 1);
    }
    auto& model = metrics.Of<ModelFamilies>().With("chat", name, "model-" + std::to_string(i));
    for (const char* error : {"", "400", "401", "429", "500", "502", "503", "DEADLINE"}) {
      model.Ended(seconds(1), error);
    }
    model.TokenDetails(40, 10);
    model.Cost(72'000'000);
    model.Unpriced();
    model.CostDiffers();
    for (const bool estimated : {true, false}) {
      metrics.Of<MaybeBilledMetrics>().Record("chat", name, "model-" + std::to_string(i),
                                              "CANCELLED", 72'000'000, estimated);
    }
    metrics.Of<BatchMetrics>().EnqueuedTokens({{"model-" + std::to_string(i), 1000}});
    metrics.Of<CredentialMetrics>().SecretLoaded(name, WallTime(seconds(1)));
    for (const bool good : {true, false}) metrics.Of<CallerMetrics>().Called(name, good);
    metrics.Of<CallerMetrics>().Used(name, {100, 20, 72'000'000});
  }
}

// The worst that callers, upstreams and a configuration with the default caps can bring about.
TEST(MetricsCatalogue, StaysBelowTwelveThousandSeriesWhateverComes) {
  Metrics metrics;
  RecordEverything(metrics);
  CallEveryMethodInEveryWay(metrics);
  FailEveryOperationInEveryWay(metrics);
  AskEveryUpstreamForEveryModel(metrics);
  const int series = SeriesOf(metrics);
  RecordProperty("series", series);
  EXPECT_GT(series, 8000);
  EXPECT_LT(series, 12000);
  // The caps hold: the same again is nothing new.
  CallEveryMethodInEveryWay(metrics);
  AskEveryUpstreamForEveryModel(metrics);
  EXPECT_EQ(SeriesOf(metrics), series);
}

}  // namespace
}  // namespace inferwire::telemetry
