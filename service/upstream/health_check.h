// One health check of an endpoint: a GET that costs nothing, of which the status counts and the
// answer is thrown away.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/timers.h"
#include "http/transport.h"
#include "telemetry/health_check_metrics.h"
#include "upstream/endpoints.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

class HealthCheck final : private http::TransferObserver {
 public:
  // All of it outlives this. on_end is called once, not from within Start, and does not destroy it.
  HealthCheck(http::Transport& transport, Timers& timers, const Upstream& upstream,
              std::shared_ptr<const Endpoint> endpoint, std::function<void(HealthCheck&)> on_end);
  // What runs is given up, and nobody hears of it.
  ~HealthCheck() override;

  void Start(std::string request_id);
  bool over() const { return result_.has_value(); }
  // Once it is over.
  telemetry::HealthCheck result() const { return *result_; }
  int status() const { return status_; }  // 0: nobody answered

 private:
  void OnHeaders(int status, const http::Headers& headers) override;
  bool OnBody(std::string_view bytes) override;
  void OnEnd(const http::Outcome& outcome) override;

  void Send(bool fresh_connection);
  void OnTimeout();
  // By the status.
  void Judge();
  void End(telemetry::HealthCheck result, v1::ErrorReason reason = {});

  http::Transport& transport_;
  Timers& timers_;
  const Upstream& upstream_;
  const std::shared_ptr<const Endpoint> endpoint_;
  const std::function<void(HealthCheck&)> on_end_;
  Timer timeout_;
  http::Transfer* transfer_ = nullptr;
  std::string request_id_;
  SteadyTime began_{};
  size_t bytes_ = 0;
  int status_ = 0;
  bool fresh_ = false;
  std::optional<telemetry::HealthCheck> result_;
};

}  // namespace inferwire::upstream
