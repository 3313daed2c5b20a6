#include "response_source.h"

#include <chrono>
#include <utility>

#include "client_state.h"

namespace inferwire::client {
namespace {

PatientOptions PatienceOf(const CallDefaults& defaults, const CallOptions& options,
                          const ResumeOptions& resume) {
  return {.timeout = options.timeout.value_or(defaults.timeout),
          .cancellation = options.cancellation,
          .max_failures = resume.max_resumes,
          .first_pause = resume.first_pause};
}

// As the gateway says it of a response that it made and that failed.
Error Failed(const std::string& id, const v1::Response& response) {
  Error error;
  error.code = grpc::StatusCode::INTERNAL;
  error.domain = "inferwire";
  error.reason = "RESPONSE_FAILED";
  error.message =
      response.error().message().empty() ? "the response failed" : response.error().message();
  error.metadata = {{"response_id", id}, {"origin", "upstream"}, {"phase", "after_output"}};
  return error;
}

}  // namespace

ResponseStream::Source::Source(std::shared_ptr<grpc::Channel> channel, const CallDefaults& defaults,
                               v1::StreamResponseRequest request, const CallOptions& options,
                               const ResumeOptions& resume)
    : stub_(v1::ResponsesService::NewStub(std::move(channel))),
      defaults_(defaults),
      cancellation_(options.cancellation),
      patience_(PatienceOf(defaults, options, resume)),
      request_(std::move(request)),
      background_(request_.params().background() || request_.has_resume()),
      made_here_(!request_.has_resume()) {
  id_ = request_.resume().response_id();
  upstream_ = request_.resume().upstream();
  if (request_.resume().has_starting_after()) last_ = request_.resume().starting_after();
  Open();
}

// gRPC wants every call finished; a cancelled one ends at once.
ResponseStream::Source::~Source() {
  if (!reader_) return;
  call_->Cancel();
  v1::StreamResponseResponse rest;
  while (reader_->Read(&rest)) {
  }
  (void)reader_->Finish();
}

bool ResponseStream::Source::Next(ResponseStreamEvent& event) {
  while (!over_) {
    if (!reader_) Open();
    while (reader_->Read(&event.message)) {
      if (See(event.message)) return true;
    }
    status_ = HowItEnded(reader_->Finish());
    reader_.reset();
    over_ = status_.ok() || !GoOn();
  }
  return false;
}

void ResponseStream::Source::Cancel() {
  cancelled_ = true;
  if (call_) call_->Cancel();
}

v1::ResponseResumption ResponseStream::Source::resumption() const {
  v1::ResponseResumption from;
  from.set_response_id(id_);
  from.set_upstream(upstream_);
  if (last_) from.set_starting_after(*last_);
  return from;
}

void ResponseStream::Source::Open() {
  complete_ = false;
  call_ = std::make_unique<Call>(defaults_, patience_.Left(std::chrono::hours(24)), cancellation_);
  reader_ = stub_->StreamResponse(&call_->context(), request_);
}

bool ResponseStream::Source::See(const v1::StreamResponseResponse& message) {
  if (message.has_completed()) {
    complete_ = true;
    ended_as_ = message.completed().status();
    if (id_.empty()) id_ = message.completed().response_id();
  }
  if (message.has_started()) {
    if (upstream_.empty()) upstream_ = message.started().gateway().upstream();
    return !std::exchange(started_, true);
  }
  if (!message.has_response_event()) return true;
  const v1::ResponseEvent& event = message.response_event();
  if (event.has_sequence_number()) {
    if (last_ && event.sequence_number() <= *last_) return false;
    last_ = event.sequence_number();
  }
  patience_.Reset();
  SeeEvent(event);
  return true;
}

void ResponseStream::Source::SeeEvent(const v1::ResponseEvent& event) {
  if (event.type() == "response.output_text.delta") text_ += event.delta();
  if (!event.has_response()) return;
  response_ = event.response();
  if (id_.empty()) id_ = response_.id();
  background_ = background_ || response_.background();
}

bool ResponseStream::Source::GoOn() {
  if (cancelled_ || !background_ || id_.empty() || !patience_.GoOn(status_.error())) return false;
  // Nothing is made anew: a key would only stand for another request.
  request_.clear_params();
  request_.mutable_options()->clear_idempotency_key();
  *request_.mutable_resume() = resumption();
  return true;
}

Result<void> ResponseStream::Source::HowItEnded(const grpc::Status& status) const {
  if (!status.ok()) return FromGrpcStatus(status);
  if (!complete_) return Truncated();
  if (made_here_ && ended_as_ == v1::RESPONSE_STATUS_FAILED) return Failed(id_, response_);
  return {};
}

}  // namespace inferwire::client
