// Sends spans to an OpenTelemetry collector (OTLP/gRPC) from a thread of its own. A collector that
// is slow or gone costs spans, which are counted, and never a call's time.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"
#include "telemetry/otlp/span_message.h"
#include "telemetry/span_metrics.h"
#include "telemetry/tracer.h"

namespace inferwire::telemetry {

class Exporter final : public SpanSink {
 public:
  struct Options {
    size_t queue_spans = 4096;  // a further one is dropped
    size_t batch_spans = 512;
    std::chrono::milliseconds batch_delay = std::chrono::seconds(1);
    std::chrono::milliseconds timeout = std::chrono::seconds(5);
    // A collector that says UNAVAILABLE gets a batch again, after this time and then twice as long.
    int attempts = 3;
    std::chrono::milliseconds retry_after = std::chrono::seconds(1);
    Resource resource;
  };

  Exporter(Options options, const std::shared_ptr<grpc::Channel>& channel, SpanMetrics& metrics);
  // Sends what waits, for the timeout at most.
  ~Exporter() override;

  void Take(Span span) override;

 private:
  using Batch = std::vector<Span>;

  void Run();
  // Empty when there is nothing left and the end has come.
  Batch NextBatch();
  void Send(const Batch& batch);
  // False: not taken, but may be the next time.
  bool SendOnce(
      const opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest& request,
      size_t spans, bool last_try);
  // True if the end came meanwhile.
  bool WaitForEnd(std::chrono::milliseconds limit);

  const Options options_;
  const std::unique_ptr<opentelemetry::proto::collector::trace::v1::TraceService::StubInterface>
      stub_;
  SpanMetrics& metrics_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Span> queue_;
  bool ending_ = false;
  std::chrono::system_clock::time_point end_;  // of the last batches, once ending_
  std::thread thread_;
};

// target: host:port. ca_bundle: a PEM file, or empty for the system's authorities. The error names
// the file that cannot be read.
Result<std::shared_ptr<grpc::Channel>> ConnectCollector(const std::string& target, bool tls,
                                                        const std::string& ca_bundle);

}  // namespace inferwire::telemetry
