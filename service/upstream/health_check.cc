#include "upstream/health_check.h"

#include <utility>

namespace inferwire::upstream {
namespace {

// What is beyond it says nothing more: some lists of models are long.
constexpr size_t kMostBytes = 256 * 1024;

using Result = telemetry::HealthCheck;

}  // namespace

HealthCheck::HealthCheck(http::Transport& transport, Timers& timers, const Upstream& upstream,
                         std::shared_ptr<const Endpoint> endpoint,
                         std::function<void(HealthCheck&)> on_end)
    : transport_(transport),
      timers_(timers),
      upstream_(upstream),
      endpoint_(std::move(endpoint)),
      on_end_(std::move(on_end)),
      timeout_(timers, [this] { OnTimeout(); }) {}

HealthCheck::~HealthCheck() {
  if (transfer_) transport_.Cancel(transfer_);
}

void HealthCheck::Start(std::string request_id) {
  request_id_ = std::move(request_id);
  began_ = timers_.Now();
  timeout_.Set(began_ + upstream_.options().health->timeout);
  Send(/*fresh_connection=*/false);
}

void HealthCheck::Send(bool fresh_connection) {
  fresh_ = fresh_connection;
  const HealthCheckOptions& options = *upstream_.options().health;
  // By any key that can be used; its limits are not touched.
  const PoolKey* key = upstream_.keys().Choose({}, 0, 0, 0, began_);
  if (!key) key = upstream_.keys().first();
  const UpstreamKey::Key secret = key ? key->key->Current() : nullptr;
  http::Request request = upstream_.NewRequest("GET", options.path, request_id_, secret.get());
  request.headers.emplace_back("Accept: application/json, */*");
  request.address = endpoint_->address;
  request.fresh_connection = fresh_connection;
  transfer_ = transport_.Start(std::move(request), *this);
}

void HealthCheck::OnHeaders(int status, const http::Headers&) { status_ = status; }

bool HealthCheck::OnBody(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ <= kMostBytes) return true;
  transport_.Cancel(std::exchange(transfer_, nullptr));
  Judge();
  return true;
}

void HealthCheck::OnEnd(const http::Outcome& outcome) {
  transfer_ = nullptr;
  if (!outcome.failure) return Judge();
  switch (*outcome.failure) {
    case http::Failure::kDescriptors:
    case http::Failure::kInternal:
      return End(Result::kRefused);  // ours
    case http::Failure::kConnectTimeout:
      return End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_TIMEOUT);
    default:
      break;
  }
  // One that the other side had closed meanwhile shows nothing.
  if (outcome.reused_connection && !fresh_) return Send(/*fresh_connection=*/true);
  End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
}

void HealthCheck::OnTimeout() {
  transport_.Cancel(std::exchange(transfer_, nullptr));
  End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_TIMEOUT);
}

void HealthCheck::Judge() {
  if (status_ / 100 == 2) return End(Result::kGood);
  if (status_ >= 500) return End(Result::kFailed, v1::ERROR_REASON_UPSTREAM_ERROR);
  End(Result::kRefused);
}

void HealthCheck::End(Result result, v1::ErrorReason reason) {
  timeout_.Cancel();
  result_ = result;
  if (result != Result::kRefused) {
    endpoint_->state->Checked(result == Result::kGood, began_, timers_.Now(), reason);
  }
  on_end_(*this);
}

}  // namespace inferwire::upstream
