#include "telemetry/otlp/exporter.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

namespace inferwire::telemetry {
namespace {

namespace collector = opentelemetry::proto::collector::trace::v1;

constexpr int kMostReconnectMs = 5000;

}  // namespace

Exporter::Exporter(Options options, const std::shared_ptr<grpc::Channel>& channel,
                   SpanMetrics& metrics)
    : options_(std::move(options)),
      stub_(collector::TraceService::NewStub(channel)),
      metrics_(metrics),
      thread_([this] { Run(); }) {}

Exporter::~Exporter() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    end_ = std::chrono::system_clock::now() + options_.timeout;
  }
  changed_.notify_all();
  thread_.join();
}

void Exporter::Take(Span span) {
  bool wake = false;
  {
    std::lock_guard lock(mutex_);
    if (queue_.size() >= options_.queue_spans) return metrics_.Dropped(SpanDrop::kQueueFull, 1);
    queue_.push_back(std::move(span));
    // The thread wakes for the first span, to wait for others, and for a whole batch.
    wake = queue_.size() == 1 || queue_.size() == options_.batch_spans;
  }
  if (wake) changed_.notify_all();
}

void Exporter::Run() {
  for (Batch batch = NextBatch(); !batch.empty(); batch = NextBatch()) Send(batch);
}

Exporter::Batch Exporter::NextBatch() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
  changed_.wait_for(lock, options_.batch_delay,
                    [this] { return ending_ || queue_.size() >= options_.batch_spans; });
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.batch_spans));
  Batch batch(std::make_move_iterator(queue_.begin()),
              std::make_move_iterator(queue_.begin() + count));
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return batch;
}

void Exporter::Send(const Batch& batch) {
  const auto request = ToRequest(batch, options_.resource);
  auto wait = options_.retry_after;
  bool ending = false;
  for (int attempt = 1; attempt <= options_.attempts; ++attempt) {
    const bool last = attempt == options_.attempts || ending;
    if (SendOnce(request, batch.size(), last) || last) return;
    ending = WaitForEnd(wait);
    wait *= 2;
  }
}

bool Exporter::SendOnce(const collector::ExportTraceServiceRequest& request, size_t spans,
                        bool last_try) {
  grpc::ClientContext context;
  auto deadline = std::chrono::system_clock::now() + options_.timeout;
  {
    std::lock_guard lock(mutex_);
    if (ending_) deadline = std::min(deadline, end_);
  }
  context.set_deadline(deadline);
  collector::ExportTraceServiceResponse response;
  const grpc::Status status = stub_->Export(&context, request, &response);
  if (status.ok()) {
    const auto rejected = static_cast<size_t>(std::clamp<int64_t>(
        response.partial_success().rejected_spans(), 0, static_cast<int64_t>(spans)));
    metrics_.Exported(spans - rejected);
    if (rejected > 0) metrics_.Dropped(SpanDrop::kRejected, rejected);
    return true;
  }
  // The protocol allows a repetition of these only.
  const bool again = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                     status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
                     status.error_code() == grpc::StatusCode::ABORTED;
  if (again && !last_try) return false;
  metrics_.Dropped(SpanDrop::kExportFailed, spans);
  return true;
}

bool Exporter::WaitForEnd(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return ending_; });
}

Result<std::shared_ptr<grpc::Channel>> ConnectCollector(const std::string& target, bool tls,
                                                        const std::string& ca_bundle) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMostReconnectMs);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  if (!tls) {
    return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
  }
  grpc::SslCredentialsOptions options;
  if (!ca_bundle.empty()) {
    std::ifstream file(ca_bundle, std::ios::binary);
    options.pem_root_certs.assign(std::istreambuf_iterator<char>(file), {});
    if (!file || options.pem_root_certs.empty()) {
      Error error;
      error.message = "tracing.ca_bundle " + ca_bundle + " cannot be read";
      return error;
    }
  }
  return grpc::CreateCustomChannel(target, grpc::SslCredentials(options), arguments);
}

}  // namespace inferwire::telemetry
