// An OpenTelemetry collector on 127.0.0.1 that keeps the spans it gets, and can be told to be slow
// or to refuse them.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "opentelemetry/proto/collector/trace/v1/trace_service.grpc.pb.h"

namespace inferwire::testing_support {

class Collector {
 public:
  using Span = opentelemetry::proto::trace::v1::Span;
  using Request = opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest;

  Collector() : service_(*this) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
  }
  ~Collector() {
    {
      std::lock_guard lock(mutex_);
      stuck_ = false;
    }
    changed_.notify_all();
    server_->Shutdown(std::chrono::system_clock::now());
  }

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  // Answers nothing until it is told otherwise.
  void Stick(bool stuck) {
    {
      std::lock_guard lock(mutex_);
      stuck_ = stuck;
    }
    changed_.notify_all();
  }
  // The next `times` exports get this status.
  void Refuse(grpc::StatusCode code, int times) {
    std::lock_guard lock(mutex_);
    refusal_ = code;
    refusals_ = times;
  }
  void RejectSpans(int64_t count) {
    std::lock_guard lock(mutex_);
    rejected_ = count;
  }

  // True as soon as it holds for the spans so far.
  bool WaitFor(const std::function<bool(const std::vector<Span>&)>& condition,
               std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return condition(spans_); });
  }
  bool WaitForSpans(size_t count) {
    return WaitFor([count](const auto& spans) { return spans.size() >= count; });
  }
  bool WaitForExports(int count, std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, limit, [&] { return exports_ >= count; });
  }
  std::vector<Span> spans() const {
    std::lock_guard lock(mutex_);
    return spans_;
  }
  std::vector<Request> requests() const {
    std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  class Service final : public opentelemetry::proto::collector::trace::v1::TraceService::Service {
   public:
    explicit Service(Collector& collector) : collector_(collector) {}
    grpc::Status Export(
        grpc::ServerContext*, const Request* request,
        opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse* response) override {
      return collector_.Take(*request, *response);
    }

   private:
    Collector& collector_;
  };

  grpc::Status Take(
      const Request& request,
      opentelemetry::proto::collector::trace::v1::ExportTraceServiceResponse& response) {
    std::unique_lock lock(mutex_);
    ++exports_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !stuck_; });
    if (refusals_ > 0) {
      --refusals_;
      return {refusal_, "as told"};
    }
    if (rejected_ > 0) response.mutable_partial_success()->set_rejected_spans(rejected_);
    requests_.push_back(request);
    for (const auto& resource : request.resource_spans()) {
      for (const auto& scope : resource.scope_spans()) {
        spans_.insert(spans_.end(), scope.spans().begin(), scope.spans().end());
      }
    }
    changed_.notify_all();
    return grpc::Status::OK;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Span> spans_;
  std::vector<Request> requests_;
  bool stuck_ = false;
  int exports_ = 0, refusals_ = 0;
  grpc::StatusCode refusal_ = grpc::StatusCode::OK;
  int64_t rejected_ = 0;
  Service service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// The attribute's value as text; empty if there is none.
inline std::string Attribute(const Collector::Span& span, const std::string& key) {
  for (const auto& attribute : span.attributes()) {
    if (attribute.key() != key) continue;
    return attribute.value().has_int_value() ? std::to_string(attribute.value().int_value())
                                             : attribute.value().string_value();
  }
  return "";
}

}  // namespace inferwire::testing_support
