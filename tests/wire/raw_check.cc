#include "wire/raw_check.h"

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "google/rpc/error_details.pb.h"
#include "support/status_detail.h"
#include "wire/common_check.h"
#include "wire/sse_reading.h"

namespace inferwire::wire {
namespace {

constexpr std::chrono::seconds kDeadline(20);

// Where an endpoint's path begins below whatever base URL the provider has.
constexpr std::array<std::string_view, 12> kRoots = {
    "/responses", "/completions", "/embeddings", "/moderations",      "/images/", "/audio/",
    "/models",    "/files",       "/uploads",    "/fine_tuning/jobs", "/batches", "/conversations"};

std::string PathBelowBase(const std::string& path) {
  for (const std::string_view root : kRoots) {
    const size_t at = path.find(root);
    if (at != std::string::npos) return path.substr(at);
  }
  return path;
}

void SplitQuery(std::string_view target, v1::HttpCall& call) {
  const size_t mark = target.find('?');
  call.set_path(std::string(target.substr(0, mark)));
  if (mark == std::string_view::npos) return;
  std::string_view query = target.substr(mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    auto* parameter = call.add_query();
    parameter->set_name(std::string(pair.substr(0, pair.find('='))));
    const size_t equals = pair.find('=');
    if (equals != std::string_view::npos)
      parameter->set_value(std::string(pair.substr(equals + 1)));
  }
}

class RawCheck {
 public:
  RawCheck(const Recording& recording, Gateways::Gateway& gateway, ReplayUpstream& upstream)
      : recording_(recording),
        gateway_(gateway),
        upstream_(upstream),
        target_(PathBelowBase(recording.path)) {
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    options_.set_max_retries(0);
    call_.set_method(recording.method);
    SplitQuery(target_, call_);
    call_.set_content_type(recording.content_type);
    call_.set_body(recording.request_body);
  }

  Verdict Run() {
    auto wrong = recording_.is_event_stream ? Stream() : Unary();
    if (not_served_) return Verdict::NotServed(target_);
    if (!wrong) wrong = CheckSent();
    return wrong ? Verdict::Failed(*wrong) : Verdict::Passed();
  }

 private:
  using Wrong = std::optional<std::string>;

  Wrong Unary() {
    v1::InvokeRequest request;
    *request.mutable_call() = call_;
    *request.mutable_options() = options_;
    v1::InvokeResponse response;
    const grpc::Status status = gateway_.raw->Invoke(&context_, request, &response);
    if (auto wrong = CheckOk(status)) return wrong;
    if (response.http_status() != recording_.status) return "http_status differs";
    if (response.content_type() != recording_.Header("content-type")) return "content_type differs";
    if (response.body() != recording_.body) return "body differs";
    if (auto wrong = CheckRequestId(response.gateway().upstream_request_id(), recording_)) {
      return wrong;
    }
    return CheckSecrets(response.SerializeAsString() + Delivered(status, context_), recording_);
  }

  Wrong Stream() {
    v1::StreamInvokeRequest request;
    *request.mutable_call() = call_;
    *request.mutable_options() = options_;
    const auto reader = gateway_.raw->StreamInvoke(&context_, request);
    std::vector<SseEvent> events;
    std::string body, delivered;
    v1::RawStarted started;
    bool completed = false;
    for (v1::StreamInvokeResponse message; reader->Read(&message);) {
      delivered += message.SerializeAsString();
      if (message.has_started()) started = message.started();
      if (message.has_event()) {
        events.push_back({message.event().event(), message.event().data(), message.event().id()});
      }
      body += message.body_part();
      completed = message.has_completed();
    }
    const grpc::Status status = reader->Finish();
    if (auto wrong = CheckOk(status)) return wrong;
    if (!completed) return "the stream does not end with completed";
    if (started.http_status() != recording_.status) return "http_status differs";
    if (auto wrong = CheckRequestId(started.gateway().upstream_request_id(), recording_)) {
      return wrong;
    }
    const bool is_event_stream =
        recording_.Header("content-type").find("event-stream") != std::string::npos;
    if (is_event_stream) {
      if (auto wrong = CheckEvents(events)) return wrong;
    } else if (body != recording_.body) {
      return "body differs";
    }
    return CheckSecrets(delivered + Delivered(status, context_), recording_);
  }

  Wrong CheckEvents(const std::vector<SseEvent>& events) const {
    const auto recorded = ReadEvents(recording_.body);
    if (events.size() != recorded.size()) {
      return std::to_string(events.size()) + " events, recorded " + std::to_string(recorded.size());
    }
    for (size_t i = 0; i < events.size(); ++i) {
      if (events[i].data != recorded[i].data || events[i].type != recorded[i].type ||
          events[i].id != recorded[i].id) {
        return "event " + std::to_string(i) + " differs";
      }
    }
    return std::nullopt;
  }

  Wrong CheckOk(const grpc::Status& status) {
    if (status.ok()) return std::nullopt;
    const auto info = testing_support::DetailOf<google::rpc::ErrorInfo>(status);
    not_served_ = info && info->reason() == "PATH_NOT_ALLOWED";
    return "failed: " + status.error_message();
  }

  Wrong CheckSent() const {
    const auto requests = upstream_.requests();
    if (requests.size() != 1) return std::to_string(requests.size()) + " requests upstream";
    const auto& sent = requests[0];
    if (sent.method != recording_.method) return "request: method " + sent.method;
    if (sent.target != "/v1" + target_) return "request: target " + sent.target;
    if (sent.body != recording_.request_body) return "request: body differs";
    if (!sent.body.empty() && sent.Header("content-type") != recording_.content_type) {
      return "request: content-type " + sent.Header("content-type");
    }
    return std::nullopt;
  }

  const Recording& recording_;
  Gateways::Gateway& gateway_;
  ReplayUpstream& upstream_;
  const std::string target_;  // path and query below the base URL
  grpc::ClientContext context_;
  v1::CallOptions options_;
  v1::HttpCall call_;
  bool not_served_ = false;
};

}  // namespace

Verdict CheckRaw(const std::shared_ptr<const Recording>& recording, Gateways& gateways) {
  gateways.upstream().Play(recording);
  return RawCheck(*recording, gateways.For(recording->provider), gateways.upstream()).Run();
}

}  // namespace inferwire::wire
