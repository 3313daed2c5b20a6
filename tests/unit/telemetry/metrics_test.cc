#include "telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "exposition.h"
#include "platform/descriptor_limit.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/log_metrics.h"
#include "telemetry/model_metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/rpc_metrics.h"
#include "telemetry/server_metrics.h"
#include "telemetry/upstream_metrics.h"

namespace inferwire::telemetry {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, AnRpcBeginsWithOkAndTheFaultCodesAtZero) {
  Metrics metrics;
  auto& rpc = metrics.Of<RpcFamilies>().With("server_stream", "s", "m");
  const std::string labels = R"({grpc_method="m",grpc_service="s",grpc_type="server_stream"})";
  auto families = Parse(metrics.Expose());
  EXPECT_EQ(families["grpc_server_started_total"].samples.at("grpc_server_started_total" + labels),
            "0");
  EXPECT_EQ(families["grpc_server_handled_total"].samples.size(), 6u);
  const auto series = [](const std::string& code) {
    return "grpc_server_handled_total{grpc_code=\"" + code +
           R"(",grpc_method="m",grpc_service="s",grpc_type="server_stream"})";
  };
  for (const char* code :
       {"OK", "Unknown", "DeadlineExceeded", "Internal", "Unavailable", "DataLoss"}) {
    EXPECT_EQ(families["grpc_server_handled_total"].samples.count(series(code)), 1u) << code;
  }
  rpc.Handled(Code::kCancelled, seconds(1));
  rpc.Handled(Code::kCancelled, seconds(1));
  EXPECT_THAT(metrics.Expose(), HasSubstr(series("Canceled") + " 2\n"));
}

// As a policy's folder would have one.
class DoorMetrics {
 public:
  explicit DoorMetrics(Metrics& metrics)
      : opened_(metrics.Counters("inferwire_doors_opened_total", "Doors opened, by name.")),
        names_(metrics.Guard(opened_.GetName(), 1)) {
    ++made;
  }
  void Opened(std::string_view name) {
    opened_.Add({{"name", std::string(names_.Fold(name))}}).Increment();
  }
  static inline std::atomic<int> made = 0;

 private:
  CounterFamily& opened_;
  LabelGuard names_;
};

TEST(Metrics, TakesSubjectsThatItDoesNotKnow) {
  Metrics metrics, others;
  EXPECT_THAT(metrics.Expose(), Not(HasSubstr("inferwire_doors_opened_total")));
  for (const char* name : {"front", "back"}) metrics.Of<DoorMetrics>().Opened(name);
  others.Of<DoorMetrics>().Opened("cellar");
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr("# HELP inferwire_doors_opened_total Doors opened, by name.\n"));
  EXPECT_THAT(text, HasSubstr("inferwire_doors_opened_total{name=\"front\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("inferwire_doors_opened_total{name=\"other\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(R"(inferwire_metric_label_overflow_total)"
                              R"({family="inferwire_doors_opened_total"} 1)"));
}

TEST(Metrics, MakesASubjectOnceWhoeverAsks) {
  Metrics metrics;
  DoorMetrics::made = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&metrics] { metrics.Of<DoorMetrics>().Opened("front"); });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(DoorMetrics::made, 1);
  EXPECT_THAT(metrics.Expose(), HasSubstr("inferwire_doors_opened_total{name=\"front\"} 8\n"));
}

TEST(Metrics, TheSameLabelsGiveTheSameHandle) {
  Metrics metrics;
  EXPECT_EQ(&metrics.Of<RpcFamilies>().With("unary", "s", "m"),
            &metrics.Of<RpcFamilies>().With("unary", "s", "m"));
  EXPECT_NE(&metrics.Of<RpcFamilies>().With("unary", "s", "m"),
            &metrics.Of<RpcFamilies>().With("unary", "s", "n"));
  EXPECT_EQ(&metrics.Of<OperationFamilies>().With("chat"),
            &metrics.Of<OperationFamilies>().With("chat"));
  EXPECT_EQ(&metrics.Of<ModelFamilies>().With("chat", "p", "m"),
            &metrics.Of<ModelFamilies>().With("chat", "p", "m"));
  EXPECT_EQ(&metrics.Of<UpstreamFamilies>().With("p", "chat"),
            &metrics.Of<UpstreamFamilies>().With("p", "chat"));
}

TEST(Metrics, CountsAnErrorByWhoseFaultAndWhy) {
  Metrics metrics;
  auto& chat = metrics.Of<OperationFamilies>().With("chat");
  chat.Failed(MakeError(Code::kUnavailable, v1::ERROR_REASON_UPSTREAM_TIMEOUT, Origin::kUpstream));
  chat.Failed(MakeError(Code::kInternal, static_cast<v1::ErrorReason>(12345), Origin::kGateway));
  const std::string text = metrics.Expose();
  EXPECT_THAT(text,
              HasSubstr(R"(inferwire_request_errors_total{grpc_code="Unavailable",)"
                        R"(operation="chat",origin="upstream",reason="UPSTREAM_TIMEOUT"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(grpc_code="Internal",operation="chat",origin="gateway",)"
                              R"(reason="UNSPECIFIED"} 1)"));
  EXPECT_THAT(text, Not(HasSubstr("canary")));
}

TEST(Metrics, ClosesWhatItOpened) {
  Metrics metrics;
  auto& chat = metrics.Of<OperationFamilies>().With("chat");
  chat.CallStarted();
  chat.CallStarted();
  chat.CallEnded();
  chat.StreamOpened();
  chat.StreamClosed(StreamEnd::kDrained);
  chat.Missing(UsageMissing::kTruncated);
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr("inferwire_requests_in_flight{operation=\"chat\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("inferwire_streams_active{operation=\"chat\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr(R"(inferwire_streams_ended_total{operation="chat",reason="drained"} 1)"));
  EXPECT_THAT(text,
              HasSubstr(R"(inferwire_usage_missing_total{operation="chat",reason="truncated"} 1)"));
}

TEST(Metrics, HttpStatusesAreAFixedList) {
  Metrics metrics;
  auto& upstream = metrics.Of<UpstreamFamilies>().With("openai", "chat");
  for (const int status : {0, 200, 429, 503, 299, -1, 777}) {
    upstream.Attempt(status, AttemptResult::kFailed);
  }
  auto family = Parse(metrics.Expose())["inferwire_upstream_attempts_total"];
  std::map<std::string, std::string> values;
  for (const auto& [series, value] : family.samples) {
    const size_t begin = series.find("http_status=\"") + 13;
    values[series.substr(begin, series.find('"', begin) - begin)] = value;
  }
  EXPECT_EQ(values, (std::map<std::string, std::string>{
                        {"none", "1"}, {"200", "1"}, {"429", "1"}, {"503", "1"}, {"other", "3"}}));
}

TEST(Metrics, APhaseThatDidNotHappenIsNotCounted) {
  Metrics metrics;
  auto& upstream = metrics.Of<UpstreamFamilies>().With("openai", "chat");
  upstream.Phases(Duration(0), Duration(0), Duration(0), milliseconds(5));          // reused
  upstream.Phases(milliseconds(1), milliseconds(2), Duration(0), milliseconds(5));  // new
  upstream.Phases(milliseconds(1), Duration(0), Duration(0), Duration(0));          // refused
  const std::string text = metrics.Expose();
  const std::string count =
      R"(inferwire_upstream_phase_seconds_count{gen_ai_provider_name="openai",phase=)";
  EXPECT_THAT(text, HasSubstr(count + "\"first_byte\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(count + "\"connect\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(count + "\"dns\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(count + "\"tls\"} 0\n"));
}

TEST(Metrics, ALimitTheUpstreamDidNotStateIsLeftOut) {
  Metrics metrics;
  metrics.Of<UpstreamFamilies>().With("openai", "chat").RateLimit("m", "tokens", -1, 7);
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, Not(HasSubstr("inferwire_upstream_ratelimit_limit{")));
  EXPECT_THAT(text, HasSubstr(R"(limit="tokens"} 7)"));
}

TEST(Metrics, FoldsModelsOverTheLimitAndCountsThem) {
  Metrics metrics(ModelLimits{.models = 2});
  metrics.Of<ModelFamilies>().With("chat", "openai", "a").Tokens(1, 1);
  metrics.Of<ModelFamilies>().With("chat", "openai", "b").Tokens(1, 1);
  auto& c = metrics.Of<ModelFamilies>().With("chat", "openai", "c");
  EXPECT_EQ(&c, &metrics.Of<ModelFamilies>().With("chat", "openai", "d"));
  EXPECT_NE(&c, &metrics.Of<ModelFamilies>().With("chat", "openai", "a"));
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, Not(HasSubstr("gen_ai_request_model=\"c\"")));
  EXPECT_THAT(text, HasSubstr("gen_ai_request_model=\"other\""));
  EXPECT_THAT(text, HasSubstr(R"(inferwire_metric_label_overflow_total)"
                              R"({family="gen_ai_client_token_usage"} 2)"));
}

TEST(Metrics, AnErrorTypeIsAStatusAReasonOrOther) {
  Metrics metrics(ModelLimits{.model_errors = 3});
  auto& model = metrics.Of<ModelFamilies>().With("chat", "openai", "m");
  for (const char* type : {"429", "RATE_LIMITED", "the prompt said", "500", "503", "429"}) {
    model.Ended(seconds(1), type);
  }
  const std::string text = metrics.Expose();
  const auto count = [](const std::string& type) {
    return "gen_ai_client_operation_duration_seconds_count{error_type=\"" + type + "\"";
  };
  EXPECT_THAT(text, HasSubstr(count("429")));
  EXPECT_THAT(text, HasSubstr(count("RATE_LIMITED")));
  EXPECT_THAT(text, HasSubstr(count("other")));
  EXPECT_THAT(text, Not(HasSubstr(count("500"))));
  EXPECT_THAT(text, Not(HasSubstr("prompt")));
}

TEST(Metrics, OtherGuardsHoldTheirLimits) {
  Metrics metrics(RpcLimits{.methods = 1},
                  OperationLimits{.operations = 1, .translation_errors = 1},
                  UpstreamLimits{.upstreams = 1, .rate_limits = 1});
  for (const char* name : {"a", "b", "c"}) {
    metrics.Of<RpcFamilies>().With("unary", "s", name);
    metrics.Of<OperationFamilies>().With(name).TranslationError("request", name);
    metrics.Of<UpstreamFamilies>().With(name, "chat").RateLimit(name, "tokens", 1, 1);
  }
  auto families = Parse(metrics.Expose());
  EXPECT_EQ(families["grpc_server_started_total"].samples.size(), 2u);
  EXPECT_EQ(families["inferwire_requests_in_flight"].samples.size(), 2u);
  EXPECT_EQ(families["inferwire_translation_errors_total"].samples.size(), 2u);
  EXPECT_EQ(families["inferwire_upstream_connections_total"].samples.size(), 4u);
  EXPECT_EQ(families["inferwire_upstream_ratelimit_limit"].samples.size(), 1u);
  const auto& overflow = families["inferwire_metric_label_overflow_total"].samples;
  for (const char* family :
       {"grpc_server_started_total", "inferwire_requests_in_flight",
        "inferwire_translation_errors_total", "inferwire_upstream_attempts_total",
        "inferwire_upstream_ratelimit_limit"}) {
    EXPECT_EQ(overflow.at("inferwire_metric_label_overflow_total{family=\"" + std::string(family) +
                          "\"}"),
              "2");
  }
}

TEST(Metrics, RecordsOfSeveralThreadsAddUp) {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&metrics] {
      for (int i = 0; i < 500; ++i) {
        metrics.Of<RpcFamilies>().With("unary", "s", "m").Handled(Code::kAborted, milliseconds(1));
        metrics.Of<OperationFamilies>().With("chat").Failed(Error{});
        metrics.Of<ModelFamilies>().With("chat", "p", "m").Ended(milliseconds(1), "429");
        metrics.Of<UpstreamFamilies>().With("p", "chat").Attempt(200, AttemptResult::kSuccess);
      }
    });
  }
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(metrics.Expose().empty());
  }
  for (auto& thread : threads) {
    thread.join();
  }
  const std::string text = metrics.Expose();
  EXPECT_THAT(text, HasSubstr(R"(grpc_server_handled_total{grpc_code="Aborted",grpc_method="m",)"
                              R"(grpc_service="s",grpc_type="unary"} 2000)"));
  EXPECT_THAT(text, HasSubstr(R"(http_status="200",operation="chat",outcome="success"} 2000)"));
}

TEST(Metrics, ProcessWideValues) {
  Metrics metrics;
  metrics.Of<ServerMetrics>().Draining(true);
  metrics.Of<ServerMetrics>().InFlightLimit(300);
  metrics.Of<ConnectionMetrics>().Opened(17);
  metrics.Of<ConnectionMetrics>().Refused(Refusal::kPeerLimit);
  metrics.Of<LogMetrics>().Dropped(5);
  metrics.Of<LogMetrics>().Dropped(3);
  metrics.Of<LogMetrics>().Dropped(9);
  const std::string text = metrics.Expose();
  for (const char* line :
       {"inferwire_draining 1\n", "inferwire_requests_in_flight_limit 300\n",
        "inferwire_connections 17\n", "inferwire_connections_refused_total{reason=\"limit\"} 0\n",
        "inferwire_connections_refused_total{reason=\"peer_limit\"} 1\n",
        "inferwire_log_records_dropped_total 9\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(Metrics, ProcessValuesAreOfThisProcess) {
  const uint64_t descriptors = platform::RaiseDescriptorLimit();
  const auto families = Parse(Metrics().Expose());
  const auto value = [&](const std::string& name) {
    return std::stod(families.at(name).samples.at(name));
  };
  EXPECT_GT(value("process_resident_memory_bytes"), 1e6);
  EXPECT_GE(value("process_open_fds"), 3);
  EXPECT_GE(value("process_threads"), 1);
  EXPECT_GE(value("process_cpu_seconds_total"), 0);
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_NEAR(value("process_start_time_seconds"), std::chrono::duration<double>(now).count(), 120);
  EXPECT_EQ(value("process_max_fds"), static_cast<double>(descriptors));
}

}  // namespace
}  // namespace inferwire::telemetry
