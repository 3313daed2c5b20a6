#include "upstream/background_get.h"

#include <utility>

namespace inferwire::upstream {

BackgroundGet::BackgroundGet(http::Transport& transport, Timers& timers, const Upstream& upstream,
                             std::shared_ptr<const Endpoint> endpoint, Question question,
                             std::string request_id, Done done)
    : transport_(transport),
      timers_(timers),
      upstream_(upstream),
      endpoint_(std::move(endpoint)),
      question_(std::move(question)),
      request_id_(std::move(request_id)),
      done_(std::move(done)),
      timeout_(timers, [this] { GiveUp(Failure::kTimeout); }) {
  timeout_.Set(timers_.Now() + question_.timeout);
  Send(/*fresh_connection=*/false);
}

BackgroundGet::~BackgroundGet() {
  if (transfer_) transport_.Cancel(transfer_);
}

void BackgroundGet::Send(bool fresh_connection) {
  fresh_ = fresh_connection;
  answer_ = {};
  bytes_ = 0;
  // By any key that can be used; its limits are not touched.
  const PoolKey* key = upstream_.keys().Choose({}, 0, 0, 0, timers_.Now());
  if (!key) key = upstream_.keys().first();
  const UpstreamKey::Key secret = key ? key->key->Current() : nullptr;
  http::Request request = upstream_.NewRequest("GET", question_.path, request_id_, secret.get());
  request.headers.emplace_back("Accept: application/json, */*");
  request.address = endpoint_->address;
  request.fresh_connection = fresh_connection;
  transfer_ = transport_.Start(std::move(request), *this);
}

void BackgroundGet::OnHeaders(int status, const http::Headers&) { answer_.status = status; }

bool BackgroundGet::OnBody(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ > question_.most_bytes) {
    GiveUp(Failure::kTooLong);
  } else if (question_.keep_body) {
    answer_.body.append(bytes);
  }
  return true;
}

void BackgroundGet::OnEnd(const http::Outcome& outcome) {
  transfer_ = nullptr;
  if (!outcome.failure) return End(Failure::kNone);
  switch (*outcome.failure) {
    case http::Failure::kDescriptors:
    case http::Failure::kInternal:
      return End(Failure::kOurs);
    case http::Failure::kConnectTimeout:
      return End(Failure::kTimeout);
    default:
      break;
  }
  // One that the other side had closed meanwhile shows nothing.
  if (outcome.reused_connection && !fresh_) return Send(/*fresh_connection=*/true);
  End(Failure::kUnreachable);
}

void BackgroundGet::GiveUp(Failure why) {
  transport_.Cancel(std::exchange(transfer_, nullptr));
  End(why);
}

void BackgroundGet::End(Failure failure) {
  timeout_.Cancel();
  answer_.failure = failure;
  done_(std::move(answer_));
}

}  // namespace inferwire::upstream
