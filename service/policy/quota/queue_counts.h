// What happens in the queue, counted.
#pragma once

#include "limits/fair_queue.h"
#include "telemetry/queue_metrics.h"

namespace inferwire::policy {

class QueueCounts final : public limits::QueueObserver {
 public:
  explicit QueueCounts(telemetry::QueueMetrics& metrics) : metrics_(metrics) {}

  void Waits(int priority, int64_t bytes) override {
    metrics_.Waits(static_cast<size_t>(priority), bytes);
  }
  void Left(int priority, limits::QueueLeft how, int64_t bytes) override {
    metrics_.Left(static_cast<size_t>(priority), EndOf(how), bytes);
  }
  void Granted(int priority, Duration waited, Duration expected) override {
    metrics_.Served(static_cast<size_t>(priority), waited, expected);
  }
  void Full(limits::QueueBound bound) override { metrics_.Full(BoundOf(bound)); }

 private:
  static telemetry::QueueEnd EndOf(limits::QueueLeft how) {
    switch (how) {
      case limits::QueueLeft::kServed:
        return telemetry::QueueEnd::kServed;
      case limits::QueueLeft::kExpired:
        return telemetry::QueueEnd::kExpired;
      case limits::QueueLeft::kCancelled:
        return telemetry::QueueEnd::kCancelled;
      case limits::QueueLeft::kRefused:
        break;
    }
    return telemetry::QueueEnd::kRefused;
  }
  static telemetry::QueueBound BoundOf(limits::QueueBound bound) {
    switch (bound) {
      case limits::QueueBound::kCalls:
        return telemetry::QueueBound::kCalls;
      case limits::QueueBound::kCallsOfTenant:
        return telemetry::QueueBound::kCallsPerTenant;
      case limits::QueueBound::kBytes:
        break;
    }
    return telemetry::QueueBound::kBytes;
  }

  telemetry::QueueMetrics& metrics_;
};

}  // namespace inferwire::policy
