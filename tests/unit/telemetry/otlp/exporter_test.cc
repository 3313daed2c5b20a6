// Against a real collector's end of the protocol.
#include "telemetry/otlp/exporter.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/collector.h"
#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace): 100ms reads better
using testing_support::Collector;

class ExporterTest : public testing::Test {
 protected:
  ExporterTest() {
    options.batch_delay = 10ms;
    options.timeout = 2s;
    options.retry_after = 10ms;
  }
  void Start(const std::string& target) {
    auto channel = ConnectCollector(target, false, "");
    ASSERT_TRUE(channel);
    exporter = std::make_unique<Exporter>(options, *channel, metrics.Of<SpanMetrics>());
  }
  void Give(int count) {
    for (int i = 0; i < count; ++i) {
      Span span;
      span.context.trace_high = 1;
      span.context.span = ++given;
      exporter->Take(std::move(span));
    }
  }
  double Metric(const std::string& series) {
    std::istringstream lines(metrics.Expose());
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with(series + " ")) return std::stod(line.substr(series.size() + 1));
    }
    return -1;
  }
  double Exported() { return Metric("inferwire_trace_spans_exported_total"); }
  double Dropped(const std::string& why) {
    return Metric("inferwire_trace_spans_dropped_total{reason=\"" + why + "\"}");
  }

  Collector collector;
  Metrics metrics;
  Exporter::Options options;
  uint64_t given = 0;
  std::unique_ptr<Exporter> exporter;
};

TEST_F(ExporterTest, SendsWhatItTakesInBatches) {
  options.batch_spans = 10;
  Start(collector.target());
  Give(25);
  EXPECT_TRUE(collector.WaitForSpans(25));
  for (const auto& request : collector.requests()) {
    EXPECT_LE(request.resource_spans(0).scope_spans(0).spans_size(), 10);
  }
  exporter.reset();
  EXPECT_EQ(Exported(), 25);
}

TEST_F(ExporterTest, SendsWhatWaitsWhenItEnds) {
  options.batch_delay = 1h;
  Start(collector.target());
  Give(3);
  exporter.reset();
  EXPECT_EQ(collector.spans().size(), 3u);
  EXPECT_EQ(Exported(), 3);
}

TEST_F(ExporterTest, AStuckCollectorCostsSpansAndNoTime) {
  options.queue_spans = 5;
  options.batch_spans = 5;
  collector.Stick(true);
  Start(collector.target());
  Give(5);
  ASSERT_TRUE(collector.WaitForExports(1));
  const auto began = std::chrono::steady_clock::now();
  Give(1000);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
  EXPECT_EQ(Dropped("queue_full"), 995);
  collector.Stick(false);
  EXPECT_TRUE(collector.WaitForSpans(10));
}

TEST_F(ExporterTest, ABatchThatTheCollectorCouldNotTakeNowIsSentAgain) {
  collector.Refuse(grpc::StatusCode::UNAVAILABLE, 2);
  Start(collector.target());
  Give(4);
  EXPECT_TRUE(collector.WaitForSpans(4));
  exporter.reset();
  EXPECT_EQ(Exported(), 4);
  EXPECT_EQ(Dropped("export_failed"), 0);
}

TEST_F(ExporterTest, ABatchThatTheCollectorRefusesIsCountedAndForgotten) {
  collector.Refuse(grpc::StatusCode::INVALID_ARGUMENT, 1);
  Start(collector.target());
  Give(2);
  ASSERT_TRUE(collector.WaitForExports(1));
  exporter.reset();
  EXPECT_EQ(Dropped("export_failed"), 2);
  EXPECT_TRUE(collector.spans().empty());
}

TEST_F(ExporterTest, SpansThatTheCollectorLeftOutAreCounted) {
  collector.RejectSpans(1);
  options.batch_delay = 1h;
  Start(collector.target());
  Give(3);
  exporter.reset();
  EXPECT_EQ(Exported(), 2);
  EXPECT_EQ(Dropped("rejected"), 1);
}

TEST_F(ExporterTest, ACollectorThatIsNotThereHoldsNobodyUp) {
  options.timeout = 300ms;
  Start("127.0.0.1:1");
  Give(7);
  const auto began = std::chrono::steady_clock::now();
  exporter.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_EQ(Dropped("export_failed"), 7);
}

TEST_F(ExporterTest, ACertificateFileThatCannotBeReadIsAFault) {
  const auto channel = ConnectCollector("127.0.0.1:1", true, "/no/such/file");
  ASSERT_FALSE(channel);
  EXPECT_NE(channel.error().message.find("/no/such/file"), std::string::npos);
}

}  // namespace
}  // namespace inferwire::telemetry
