// The OpenMetrics format, and exemplars in it.
#include "telemetry/open_metrics.h"

#include <gmock/gmock.h>

#include "record_everything.h"

namespace inferwire::telemetry {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr char kLabels[] = "{grpc_method=\"M\",grpc_service=\"S\",grpc_type=\"unary\",le=\"";

std::string Bucket(const std::string& bound) {
  return "grpc_server_handling_seconds_bucket" + (kLabels + bound) + "\"} ";
}

TEST(OpenMetrics, NamesCountersFamiliesWithoutTheirEnd) {
  Metrics metrics;
  metrics.Counters("inferwire_x_total", "A \"help\"\n").Add({{"a", "b\\\"\n"}}).Increment(2);
  const std::string page = metrics.ExposeOpenMetrics();
  EXPECT_THAT(page, HasSubstr("# TYPE inferwire_x counter\n"));
  EXPECT_THAT(page, HasSubstr("# HELP inferwire_x A \\\"help\\\"\\n\n"));
  EXPECT_THAT(page, HasSubstr("inferwire_x_total{a=\"b\\\\\\\"\\n\"} 2\n"));
  EXPECT_THAT(page, EndsWith("\n# EOF\n"));
}

TEST(OpenMetrics, HasEverySampleOfTheOtherFormat) {
  Metrics metrics;
  RecordEverything(metrics);
  const std::string text = metrics.Expose(), open = metrics.ExposeOpenMetrics();
  std::istringstream lines(text);
  int samples = 0;
  for (std::string line; std::getline(lines, line);) {
    // Those of the process change between the two.
    if (line.empty() || line.starts_with('#') || line.starts_with("process_")) continue;
    EXPECT_THAT("\n" + open, HasSubstr("\n" + line)) << line;
    ++samples;
  }
  EXPECT_GT(samples, 500);
}

TEST(OpenMetrics, ABucketLeadsToTheLatestTraceInIt) {
  Metrics metrics;
  RpcMetrics& method = metrics.Of<RpcFamilies>().With("unary", "S", "M");
  const std::string first(32, 'a'), second(32, 'b'), slow(32, 'c');
  const WallTime then{1'800'000'000s};
  for (const auto& [took, trace] :
       {std::pair<Duration, std::string>{30ms, first}, {40ms, second}, {1h, slow}}) {
    method.Handled(Code::kOk, took);
    method.Traced(took, trace, then + 500ms);
  }
  const std::string page = metrics.ExposeOpenMetrics();
  EXPECT_THAT(page, HasSubstr(Bucket("0.025") + "0\n"));
  EXPECT_THAT(
      page, HasSubstr(Bucket("0.05") + "2 # {trace_id=\"" + second + "\"} 0.04 1800000000.500\n"));
  EXPECT_THAT(page, HasSubstr(Bucket("0.1") + "2\n"));
  EXPECT_THAT(page,
              HasSubstr(Bucket("+Inf") + "3 # {trace_id=\"" + slow + "\"} 3600 1800000000.500\n"));
  EXPECT_THAT(page, Not(HasSubstr(first)));
  EXPECT_THAT(metrics.Expose(), Not(HasSubstr("trace_id")));
}

TEST(OpenMetrics, AValueOnABoundIsInItsBucket) {
  SeriesExemplars exemplars({1, 2});
  exemplars.Put({"on", 1, WallTime()});
  EXPECT_EQ(exemplars.At(0)->trace_id, "on");
  EXPECT_FALSE(exemplars.At(1));
  EXPECT_FALSE(exemplars.At(3));
}

}  // namespace
}  // namespace inferwire::telemetry
