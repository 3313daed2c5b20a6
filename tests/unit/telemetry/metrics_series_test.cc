// How many series one process can have.
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>
#include <string>

#include "record_everything.h"

namespace inferwire::telemetry {
namespace {

using std::chrono::seconds;

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
    for (const char* warning : {"ends_soon", "ended", "moved"}) {
      metrics.Of<EndingMetrics>().Warned(name, name, warning, WallTime(), WallTime());
    }
    metrics.Of<ClientRetryMetrics>().Repeated(name);
    metrics.Of<LeaseMetrics>().InDoubt({{name, 1}});
    for (const char* limit : {"month", "week", "day", "rpm", "tpm"}) {
      metrics.Of<QuotaMetrics>().Counts(name, limit);
      metrics.Of<BudgetMetrics>().Used(name, limit, 0.5, std::chrono::hours(1));
    }
  }
}

// Places of every upstream in every state, and every failure sent again wherever it can be.
void FailOnEveryRoute(Metrics& metrics) {
  auto& routes = metrics.Of<RouteMetrics>();
  RouteMetrics::PlaceCounts places;
  RouteMetrics::TargetCounts targets;
  std::map<std::string, int64_t> limits;
  for (int i = 0; i < kMany; ++i) {
    const std::string name = "provider-" + std::to_string(i);
    routes.Upstream(name).PossiblyBilled();  // all of them are there from the start
    for (const char* kind : {"endpoint", "model"}) {
      for (const char* to : {"up", "warming_up", "probing", "drained", "out", "cooling_down"}) {
        routes.PlaceChanged(name, kind, to);
      }
      for (const char* state :
           {"up", "warming_up", "silent", "probing", "cooling_down", "out", "drained"}) {
        places[{name, kind, state}] = 1;
        targets[{name, state}] = 1;
      }
    }
    for (const char* state : {"up", "cooling_down", "removed"}) places[{name, "key", state}] = 1;
    targets[{name, "no_key"}] = 1;
    routes.Target(name, name).answers.Increment();
    metrics.Of<EndpointMetrics>().Of(name);      // the same
    metrics.Of<HealthCheckFamilies>().Of(name);  // the same
    metrics.Of<DiscoveryFamilies>().Of(name).Listed(3, 1, WallTime());
    limits[name] = 40;
    metrics.Of<HedgeFamilies>().Route(name);           // all of its series
    metrics.Of<ShadowFamilies>().Route(name).Cost(1);  // its outcomes are there from the start
  }
  metrics.Of<EndpointMetrics>().Limits(limits);
  routes.Places(places);
  routes.RouteTargets(targets);
}

// The worst that callers, upstreams and a configuration with the default caps can bring about.
TEST(MetricsSeries, StayBelowTheirBoundWhateverComes) {
  Metrics metrics;
  RecordEverything(metrics);
  CallEveryMethodInEveryWay(metrics);
  FailEveryOperationInEveryWay(metrics);
  AskEveryUpstreamForEveryModel(metrics);
  FailOnEveryRoute(metrics);
  const int series = SeriesOf(metrics);
  RecordProperty("series", series);
  EXPECT_GT(series, 8000);
  EXPECT_LT(series, 24'000);
  // The caps hold: the same again is nothing new.
  CallEveryMethodInEveryWay(metrics);
  AskEveryUpstreamForEveryModel(metrics);
  FailOnEveryRoute(metrics);
  EXPECT_EQ(SeriesOf(metrics), series);
}

}  // namespace
}  // namespace inferwire::telemetry
