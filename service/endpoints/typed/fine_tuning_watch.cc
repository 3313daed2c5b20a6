#include "endpoints/typed/fine_tuning_watch.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <utility>

#include "endpoints/typed/typed_call.h"

namespace inferwire::endpoints {
namespace {

constexpr int kPageSize = 100, kMostPages = 10;

// Not every server gives its events ids.
std::string IdentityOf(const v1::FineTuningEvent& event) {
  if (!event.event_id().empty()) return event.event_id();
  return std::to_string(event.create_time().seconds()) + " " + event.message();
}

// The same for the same job: maps are written in order.
std::string BytesOf(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

bool IsFinal(v1::FineTuningStatus status) {
  return status == v1::FINE_TUNING_STATUS_SUCCEEDED || status == v1::FINE_TUNING_STATUS_FAILED ||
         status == v1::FINE_TUNING_STATUS_CANCELLED || status == v1::FINE_TUNING_STATUS_UNSPECIFIED;
}

}  // namespace

FineTuningWatch::FineTuningWatch(const v1::WatchFineTuningJobRequest& request, Methods methods,
                                 Pace pace, const upstream::Runtime& runtime,
                                 const gateway::CallContext& context,
                                 gateway::Operation::Observer& observer)
    : PollingStream(pace, StreamHeartbeat::As<v1::WatchFineTuningJobResponse>, runtime, context,
                    observer),
      methods_(methods) {
  job_request_.set_job_id(request.job_id());
  job_request_.set_upstream(request.upstream());
  events_request_.set_job_id(request.job_id());
  events_request_.set_upstream(request.upstream());
  events_request_.set_page_size(kPageSize);
}

rpc::Begun FineTuningWatch::Ask(gateway::Operation::Observer& to) {
  if (!job_) return NewTypedCall(methods_.job, job_request_, runtime_, context_, to);
  return NewTypedCall(methods_.events, events_request_, runtime_, context_, to);
}

PollingStream::Next FineTuningWatch::TakeAnswer(Message& answer) {
  if (job_) return TakeEvents(static_cast<v1::ListFineTuningEventsResponse&>(answer));
  job_ = std::make_unique<v1::WatchFineTuningJobResponse>();
  job_->mutable_job()->Swap(static_cast<v1::GetFineTuningJobResponse&>(answer).mutable_job());
  return Next::kAsk;
}

PollingStream::Next FineTuningWatch::TakeEvents(v1::ListFineTuningEventsResponse& page) {
  ++pages_;
  for (v1::FineTuningEvent& event : *page.mutable_events()) {
    if (IdentityOf(event) == last_event_) return EndRound();
    auto message = std::make_unique<v1::WatchFineTuningJobResponse>();
    message->mutable_job_event()->Swap(&event);
    events_.push_back(std::move(message));
  }
  if (page.next_page_token().empty() || pages_ == kMostPages) return EndRound();
  events_request_.set_page_token(page.next_page_token());
  return Next::kAsk;
}

PollingStream::Next FineTuningWatch::EndRound() {
  if (!events_.empty()) last_event_ = IdentityOf(events_.front()->job_event());
  for (auto event = events_.rbegin(); event != events_.rend(); ++event) Send(std::move(*event));
  const bool ended = IsFinal(job_->job().status());
  if (std::string bytes = BytesOf(job_->job()); bytes != last_job_) {
    last_job_ = std::move(bytes);
    Send(std::move(job_));
  }
  ForgetRound();
  return ended ? Next::kEnd : Next::kWait;
}

void FineTuningWatch::ForgetRound() {
  job_.reset();
  events_.clear();
  events_request_.clear_page_token();
  pages_ = 0;
}

}  // namespace inferwire::endpoints
