// One health check of an endpoint: a GET that costs nothing, of which the status counts and the
// answer is thrown away.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "telemetry/health_check_metrics.h"
#include "upstream/background_get.h"

namespace inferwire::upstream {

class HealthCheck {
 public:
  // All of it outlives this. on_end is called once, not from within Start, and does not destroy it.
  HealthCheck(http::Transport& transport, Timers& timers, const Upstream& upstream,
              std::shared_ptr<const Endpoint> endpoint, std::function<void(HealthCheck&)> on_end);

  void Start(std::string request_id);
  bool over() const { return result_.has_value(); }
  // Once it is over.
  telemetry::HealthCheck result() const { return *result_; }
  int status() const { return status_; }  // 0: nobody answered

 private:
  void Judge(const BackgroundGet::Answer& answer);
  void End(telemetry::HealthCheck result, v1::ErrorReason reason = {});

  http::Transport& transport_;
  Timers& timers_;
  const Upstream& upstream_;
  const std::shared_ptr<const Endpoint> endpoint_;
  const std::function<void(HealthCheck&)> on_end_;
  SteadyTime began_{};
  int status_ = 0;
  std::optional<telemetry::HealthCheck> result_;
  std::optional<BackgroundGet> get_;
};

}  // namespace inferwire::upstream
