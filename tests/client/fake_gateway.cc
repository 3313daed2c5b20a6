#include "client/fake_gateway.h"

#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <sstream>

namespace inferwire::testing_support {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);  // far above what any step takes
constexpr int kMaxMessageBytes = 64 << 20;

grpc::Status NotScripted() { return {grpc::StatusCode::UNIMPLEMENTED, "not scripted"}; }

}  // namespace

void Signal::Set() {
  std::lock_guard lock(mutex_);
  set_ = true;
  changed_.notify_all();
}

bool Signal::Wait() { return WaitFor(kPatience); }

bool Signal::WaitFor(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return set_; });
}

FakeGateway::FakeGateway(std::shared_ptr<grpc::ServerCredentials> credentials) {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  if (!credentials) credentials = grpc::InsecureServerCredentials();
  builder.AddListeningPort("127.0.0.1:0", std::move(credentials), &port_);
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  builder.RegisterService(static_cast<v1::ChatService::Service*>(this));
  builder.RegisterService(static_cast<v1::ModelsService::Service*>(this));
  builder.RegisterService(static_cast<v1::RoutesService::Service*>(this));
  builder.RegisterService(static_cast<v1::RouteAdminService::Service*>(this));
  builder.RegisterService(static_cast<v1::RawService::Service*>(this));
  builder.RegisterService(static_cast<v1::UsageService::Service*>(this));
  server_ = builder.BuildAndStart();
}

FakeGateway::~FakeGateway() { server_->Shutdown(std::chrono::system_clock::now()); }

std::string FakeGateway::target() const { return "127.0.0.1:" + std::to_string(port_); }

grpc::Status FakeGateway::Complete(grpc::ServerContext* context, const v1::CompleteRequest* request,
                                   v1::CompleteResponse* response) {
  return on_complete ? on_complete(*context, *request, *response) : NotScripted();
}

grpc::Status FakeGateway::StreamComplete(grpc::ServerContext* context,
                                         const v1::StreamCompleteRequest* request,
                                         StreamWriter* writer) {
  return on_stream ? on_stream(*context, *request, *writer) : NotScripted();
}

grpc::Status FakeGateway::CompleteMany(grpc::ServerContext* context, ManyStream* stream) {
  return on_many ? on_many(*context, *stream) : NotScripted();
}

grpc::Status FakeGateway::Invoke(grpc::ServerContext* /*context*/, const v1::InvokeRequest* request,
                                 v1::InvokeResponse* response) {
  return on_invoke ? on_invoke(*request, *response) : NotScripted();
}

grpc::Status FakeGateway::StreamInvoke(grpc::ServerContext* /*context*/,
                                       const v1::StreamInvokeRequest* request, RawWriter* writer) {
  return on_stream_invoke ? on_stream_invoke(*request, *writer) : NotScripted();
}

void AwaitCancel(grpc::ServerContext& context) {
  // The blocking API has no event for it: looks again and again, leaving the processor to others.
  Signal never;
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!context.IsCancelled() && std::chrono::steady_clock::now() < end) {
    never.WaitFor(std::chrono::milliseconds(2));
  }
  EXPECT_TRUE(context.IsCancelled());
}

v1::ChatCompletion Completion(const std::string& text) {
  v1::ChatCompletion completion;
  completion.set_id("chatcmpl-1");
  completion.set_model("gpt-4.1-mini-2025-04-14");
  completion.mutable_created()->set_seconds(1'700'000'000);
  auto& choice = *completion.add_choices();
  choice.set_finish_reason(v1::FINISH_REASON_STOP);
  choice.mutable_message()->set_role(v1::ROLE_ASSISTANT);
  choice.mutable_message()->set_content(text);
  completion.mutable_usage()->set_input_tokens(12);
  completion.mutable_usage()->set_output_tokens(34);
  completion.mutable_usage()->set_total_tokens(46);
  return completion;
}

v1::StreamCompleteResponse Started() {
  v1::StreamCompleteResponse event;
  event.mutable_started()->mutable_gateway()->set_request_id("req-1");
  return event;
}

v1::StreamCompleteResponse Chunk(const std::string& text) {
  v1::StreamCompleteResponse event;
  event.mutable_chunk()->add_choices()->mutable_delta()->set_content(text);
  return event;
}

v1::StreamCompleteResponse Completed(const std::string& whole_text) {
  v1::StreamCompleteResponse event;
  *event.mutable_completed()->mutable_completion() = Completion(whole_text);
  *event.mutable_completed()->mutable_usage() = event.completed().completion().usage();
  event.mutable_completed()->mutable_gateway()->set_request_id("req-1");
  return event;
}

grpc::Status StreamWords(const std::string& text, FakeGateway::StreamWriter& writer) {
  writer.Write(Started());
  std::istringstream words(text);
  std::string space;
  for (std::string word; words >> word; space = " ") writer.Write(Chunk(space + word));
  writer.Write(Completed(text));
  return grpc::Status::OK;
}

google::rpc::Status RpcStatus(const Detailed& error) {
  google::rpc::Status status;
  status.set_code(error.code);
  status.set_message(error.message);
  google::rpc::ErrorInfo info;
  info.set_domain("inferwire");
  info.set_reason(error.reason);
  info.mutable_metadata()->insert(error.metadata.begin(), error.metadata.end());
  status.add_details()->PackFrom(info);
  if (error.retry_after_ms > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(error.retry_after_ms / 1000);
    retry.mutable_retry_delay()->set_nanos(error.retry_after_ms % 1000 * 1'000'000);
    status.add_details()->PackFrom(retry);
  }
  return status;
}

grpc::Status ToStatus(const google::rpc::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), status.message(),
          status.SerializeAsString()};
}

grpc::Status AnswerAll(FakeGateway::ManyStream& stream, int max_in_flight) {
  v1::CompleteManyRequest request;
  v1::CompleteManySummary summary;
  while (stream.Read(&request)) {
    v1::CompleteManyResponse response;
    if (request.has_config()) {
      response.mutable_ready()->set_max_in_flight(max_in_flight);
      stream.Write(response);
    }
    if (!request.has_item()) continue;
    auto& result = *response.mutable_result();
    result.set_item_id(request.item().item_id());
    std::string prompt = request.item().params().messages(0).content();
    if (prompt == "fail") {
      *result.mutable_error() = RpcStatus({.code = grpc::StatusCode::RESOURCE_EXHAUSTED,
                                           .reason = "RATE_LIMITED",
                                           .message = "too fast"});
      summary.set_failed(summary.failed() + 1);
    } else {
      std::ranges::transform(prompt, prompt.begin(),
                             [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      *result.mutable_completion() = Completion(prompt);
      summary.set_succeeded(summary.succeeded() + 1);
    }
    stream.Write(response);
  }
  v1::CompleteManyResponse end;
  *end.mutable_summary() = summary;
  stream.Write(end);
  return grpc::Status::OK;
}

}  // namespace inferwire::testing_support
