// Every metric family of the server, declared once, and the handles through which calls record.
// A handle resolves its label values when it is made and is then pointers only: nothing on a call's
// path looks up a label, none of it per chunk. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "telemetry/counter_set.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class BatchMetrics;
class CallerMetrics;
class LoadMetrics;
class MaybeBilledMetrics;
struct HistogramFamily;
struct MetricFamilies;

enum class StreamEnd {
  kCompleted,
  kClientCancelled,
  kDeadline,
  kUpstreamError,
  kUpstreamTruncated,
  kSlowConsumer,
  kDrained,
};
enum class UsageMissing { kClientCancelled, kUpstreamOmitted, kTruncated };
enum class AttemptResult { kSuccess, kRetried, kFailed };
enum class RetryCause { kConnect, kTls, kDns, kTimeout, kCredentials };
// Why a client's connection was closed at once; kSilent: to make room, since it had not begun to
// speak.
enum class Refusal { kLimit, kPeerLimit, kDescriptors, kSilent };

// What came of reading the configuration again.
enum class ReloadResult { kApplied, kUnchanged, kRejected };

// Why a span never reached the collector.
enum class SpanDrop { kQueueFull, kExportFailed, kRejected };

// How many values a label may have; more are folded into `other`. Chosen so that one process stays
// below 12,000 series, whatever comes (a test brings all of it about).
struct MetricLimits {
  size_t methods = 40;
  size_t operations = 12;
  size_t errors = 250;       // operation x code x origin x reason
  size_t models = 50;        // operation x provider x model
  size_t model_errors = 40;  // operation x provider x model x error_type
  size_t upstreams = 20;
  size_t attempts = 250;           // provider x operation x status x outcome
  size_t rate_limits = 150;        // provider x model x limit
  size_t translation_errors = 80;  // operation x direction x kind
  size_t secrets = 20;
};

// The guards of Metrics, one per family whose label values come from outside the code.
struct MetricGuards {
  MetricGuards(const MetricFamilies& families, const MetricLimits& limits);
  LabelGuard methods, operations, errors, models, model_errors, upstreams, attempts, rate_limits,
      translation_errors, secrets;
};

// One gRPC method (grpc_server_*).
class RpcMetrics {
 public:
  RpcMetrics(const MetricFamilies& families, const prometheus::Labels& labels);

  void Started() { started_.Increment(); }
  void Received() { received_.Increment(); }
  void Sent(int64_t messages) { sent_.Increment(static_cast<double>(messages)); }
  void Handled(Code code, Duration duration);

 private:
  prometheus::Counter& started_;
  prometheus::Counter& received_;
  prometheus::Counter& sent_;
  prometheus::Histogram& handling_;
  CounterSet handled_;
};

// One operation: chat, raw.
class OperationMetrics {
 public:
  OperationMetrics(const MetricFamilies& families, MetricGuards& guards, std::string operation);

  void CallStarted() { in_flight_.Increment(); }  // inferwire_requests_in_flight
  void CallEnded() { in_flight_.Decrement(); }
  void Failed(const Error& error);  // inferwire_request_errors_total
  void Overhead(Duration overhead);
  void UnknownFields(int count) { unknown_fields_.Increment(count); }
  void TranslationError(std::string_view direction, std::string_view kind);
  void StreamOpened() { streams_active_.Increment(); }
  void StreamClosed(StreamEnd end);
  void Backpressure(Duration paused);
  void Missing(UsageMissing why);

 private:
  const std::string operation_;
  MetricGuards& guards_;
  prometheus::Family<prometheus::Counter>& translation_errors_;
  prometheus::Gauge& in_flight_;
  prometheus::Histogram& overhead_;
  prometheus::Counter& unknown_fields_;
  prometheus::Gauge& streams_active_;
  prometheus::Counter& backpressure_;
  CounterSet errors_, streams_ended_, usage_missing_;
};

// One operation x provider x model (gen_ai_client_*, costs).
class ModelMetrics {
 public:
  ModelMetrics(const MetricFamilies& families, MetricGuards& guards, prometheus::Labels labels);

  void Tokens(int64_t input, int64_t output);
  // The parts of them that are cached input and reasoning output.
  void TokenDetails(int64_t cached, int64_t reasoning);
  void Cost(int64_t picousd);
  void Unpriced() { unpriced_.Increment(); }
  // What the provider states is another cost.
  void CostDiffers() { cost_differences_.Increment(); }
  void FirstChunk(Duration since_start);
  void NextChunk(Duration since_last);
  // error_type: empty for success, else the HTTP status or a reason's name.
  void Ended(Duration duration, std::string_view error_type);

 private:
  prometheus::Histogram& Failures(std::string_view error_type);

  const prometheus::Labels labels_;
  MetricGuards& guards_;
  const HistogramFamily& durations_;
  prometheus::Histogram& input_;
  prometheus::Histogram& output_;
  prometheus::Histogram& first_chunk_;
  prometheus::Histogram& per_chunk_;
  prometheus::Histogram& success_;
  prometheus::Counter& cost_;
  prometheus::Counter& unpriced_;
  prometheus::Counter& cost_differences_;
  prometheus::Counter& cached_;
  prometheus::Counter& reasoning_;
};

// One upstream x operation.
class UpstreamMetrics {
 public:
  UpstreamMetrics(const MetricFamilies& families, MetricGuards& guards, std::string provider,
                  const std::string& operation);

  // http_status 0: none came.
  void Attempt(int http_status, AttemptResult result);
  void Retry(RetryCause cause);
  void Connection(bool reused) { (reused ? reused_ : fresh_).Increment(); }
  // A phase of no length did not happen.
  void Phases(Duration resolve, Duration connect, Duration tls, Duration first_byte);
  void Unsolicited(int connections) { unsolicited_.Increment(connections); }
  // An answer repeated the key that was sent.
  void KeyEchoed() { key_echoes_.Increment(); }
  void Bytes(int64_t sent, int64_t received);
  // A negative number is one the upstream did not state.
  void RateLimit(std::string_view model, std::string_view metric, int64_t limit, int64_t remaining);

 private:
  // Of one model and metric. Null until the upstream states such a number.
  struct LimitGauges {
    prometheus::Gauge* limit = nullptr;
    prometheus::Gauge* remaining = nullptr;
  };
  LimitGauges* GaugesOf(std::string_view model, std::string_view metric);

  const std::string provider_;
  MetricGuards& guards_;
  prometheus::Family<prometheus::Gauge>& ratelimit_limit_;
  prometheus::Family<prometheus::Gauge>& ratelimit_remaining_;
  std::mutex mutex_;  // of gauges_
  std::map<std::string, std::map<std::string, LimitGauges, std::less<>>, std::less<>> gauges_;
  prometheus::Histogram& dns_;
  prometheus::Histogram& connect_;
  prometheus::Histogram& tls_;
  prometheus::Histogram& first_byte_;
  prometheus::Counter& reused_;
  prometheus::Counter& fresh_;
  prometheus::Counter& unsolicited_;
  prometheus::Counter& key_echoes_;
  prometheus::Counter& sent_;
  prometheus::Counter& received_;
  CounterSet attempts_, retries_;
};

// The export of spans.
class SpanMetrics {
 public:
  explicit SpanMetrics(const MetricFamilies& families);

  void Exported(size_t spans) { exported_.Increment(static_cast<double>(spans)); }
  void Dropped(SpanDrop why, size_t spans) {
    dropped_[static_cast<size_t>(why)].Increment(static_cast<double>(spans));
  }

 private:
  prometheus::Counter& exported_;
  CounterSet dropped_;
};

// The registry. Handles live as long as it does; asking twice for the same gives the same one, but
// takes a lock and a look-up: ask once per method, once per model, not once per chunk.
class Metrics {
 public:
  explicit Metrics(MetricLimits limits = {});
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // type: unary, client_stream, server_stream or bidi_stream.
  RpcMetrics& Rpc(std::string_view type, std::string_view service, std::string_view method);
  OperationMetrics& Operation(std::string_view operation);
  ModelMetrics& Model(std::string_view operation, std::string_view provider,
                      std::string_view model);
  UpstreamMetrics& Upstream(std::string_view provider, std::string_view operation);
  SpanMetrics& Spans();

  BatchMetrics& Batches();
  CallerMetrics& Callers();
  LoadMetrics& Load();
  MaybeBilledMetrics& MaybeBilled();

  void BuildInfo(const std::string& version, const std::string& revision,
                 const std::string& grpc_version, const std::string& curl_version);
  void Draining(bool draining);
  void InFlightLimit(double limit);
  // The number of all records dropped so far.
  void LogRecordsDropped(uint64_t total);
  // name: server, client_ca, ...: a name out of our code or configuration.
  void CertificateExpiry(const std::string& name, WallTime expiry);
  // good: nothing that was read last is refused.
  void ConfigReloaded(ReloadResult result, bool good);
  // The configuration in use from now on; the hash tells it from others.
  void ConfigInUse(const std::string& hash, WallTime since);
  // name: the upstream whose key was read.
  void SecretLoaded(std::string_view name, WallTime when);
  void Connections(size_t open);
  void ConnectionRefused(Refusal why);
  void ConnectionAbandoned();

  // The Prometheus text format, process_* included.
  std::string Expose() const;

 private:
  struct State;
  const std::unique_ptr<State> state_;
};

}  // namespace inferwire::telemetry
