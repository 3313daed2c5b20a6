#include "upstream/health_check.h"

#include <utility>

namespace inferwire::upstream {
namespace {

// What is beyond it says nothing more: some lists of models are long.
constexpr size_t kMostBytes = 256 * 1024;

using Result = telemetry::HealthCheck;
using Failure = BackgroundGet::Failure;

}  // namespace

HealthCheck::HealthCheck(http::Transport& transport, Timers& timers, const Upstream& upstream,
                         std::shared_ptr<const Endpoint> endpoint,
                         std::function<void(HealthCheck&)> on_end)
    : transport_(transport),
      timers_(timers),
      upstream_(upstream),
      endpoint_(std::move(endpoint)),
      on_end_(std::move(on_end)) {}

void HealthCheck::Start(std::string request_id) {
  began_ = timers_.Now();
  const HealthCheckOptions& options = *upstream_.options().health;
  get_.emplace(transport_, timers_, upstream_, endpoint_,
               BackgroundGet::Question{options.path, options.timeout, kMostBytes, false},
               std::move(request_id),
               [this](const BackgroundGet::Answer& answer) { Judge(answer); });
}

void HealthCheck::Judge(const BackgroundGet::Answer& answer) {
  status_ = answer.status;
  switch (answer.failure) {
    case Failure::kOurs:
      return End(Result::kRefused);
    case Failure::kTimeout:
      return End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_TIMEOUT);
    case Failure::kUnreachable:
      return End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
    case Failure::kNone:
    case Failure::kTooLong:
      break;
  }
  if (status_ / 100 == 2) return End(Result::kGood);
  if (status_ >= 500) return End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_ERROR);
  End(Result::kRefused);
}

void HealthCheck::End(Result result, v1::ErrorReason reason) {
  result_ = result;
  if (result != Result::kRefused) {
    endpoint_->state->Checked(result == Result::kGood, began_, timers_.Now(), reason);
  }
  on_end_(*this);
}

}  // namespace inferwire::upstream
