// The library's unary calls, errors and connection, against a gateway in this process.
#include "inferwire/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "client/fake_gateway.h"

namespace inferwire::client {
namespace {

using ::testing::HasSubstr;
using testing_support::FakeGateway;

Client Connect(const FakeGateway& gateway, ClientOptions options = {}) {
  options.target = gateway.target();
  return *Client::Connect(options);
}

v1::CompleteRequest Request(const std::string& prompt) {
  v1::CompleteRequest request;
  *request.mutable_params() = Ask(prompt);
  return request;
}

TEST(Complete, ReturnsTheAnswer) {
  FakeGateway gateway;
  gateway.on_complete = [](auto&, const auto& request, auto& response) {
    EXPECT_EQ(request.params().model(), "gpt-4.1-mini");
    *response.mutable_completion() =
        testing_support::Completion("echo " + request.params().messages(0).content());
    response.mutable_gateway()->set_request_id("req-7");
    return grpc::Status::OK;
  };
  Client client = Connect(gateway);
  const auto response = client.Complete(Request("hi"));
  ASSERT_TRUE(response) << Describe(response.error());
  EXPECT_EQ(response->completion().choices(0).message().content(), "echo hi");
  EXPECT_EQ(response->gateway().request_id(), "req-7");

  const auto text = client.Complete("you");
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "echo you");
}

TEST(Complete, ShortFormGivesTheRefusalAsText) {
  FakeGateway gateway;
  gateway.on_complete = [](auto&, const auto&, auto& response) {
    auto& message = *response.mutable_completion()->add_choices()->mutable_message();
    message.set_refusal("I will not.");
    return grpc::Status::OK;
  };
  EXPECT_EQ(*Connect(gateway).Complete("hi"), "I will not.");
}

TEST(Complete, HasADeadlineByDefault) {
  FakeGateway gateway;
  std::chrono::system_clock::time_point deadline;
  gateway.on_complete = [&](auto& context, const auto&, auto&) {
    deadline = context.deadline();
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Connect(gateway).Complete(Request("hi")));
  const auto left = deadline - std::chrono::system_clock::now();
  EXPECT_LE(left, std::chrono::seconds(601));
  EXPECT_GT(left, std::chrono::seconds(500));
}

TEST(Complete, EndsAtItsDeadlineAndTheServerSeesIt) {
  FakeGateway gateway;
  testing_support::Signal cancelled;
  gateway.on_complete = [&](auto& context, const auto&, auto&) {
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  Client client = Connect(gateway);
  ASSERT_TRUE(client.CheckHealth());  // connected
  const auto response = client.Complete(Request("hi"), {.timeout = std::chrono::seconds(1)});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_EQ(response.error().reason, kDeadline);
  EXPECT_FALSE(response.error().safe_to_retry);
  EXPECT_TRUE(cancelled.Wait());
}

TEST(Complete, IsCancelledFromAnotherThread) {
  FakeGateway gateway;
  testing_support::Signal started;
  testing_support::Signal cancelled;
  gateway.on_complete = [&](auto& context, const auto&, auto&) {
    started.Set();
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  Client client = Connect(gateway);
  std::stop_source stop;
  std::jthread canceller([&] {
    EXPECT_TRUE(started.Wait());
    stop.request_stop();
  });
  const auto response = client.Complete(Request("hi"), {.cancellation = stop.get_token()});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, grpc::StatusCode::CANCELLED);
  EXPECT_EQ(response.error().origin(), "cancelled");
  EXPECT_TRUE(cancelled.Wait());
}

TEST(Complete, IsNotSentWhenCancelledBefore) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_complete = [&](auto&, const auto&, auto&) {
    ++calls;
    return grpc::Status::OK;
  };
  std::stop_source stop;
  stop.request_stop();
  const auto response =
      Connect(gateway).Complete(Request("hi"), {.cancellation = stop.get_token()});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, grpc::StatusCode::CANCELLED);
  EXPECT_EQ(calls, 0);
}

TEST(Complete, CarriesSixteenMegabytesBothWays) {
  FakeGateway gateway;
  gateway.on_complete = [](auto&, const auto& request, auto& response) {
    *response.mutable_completion() =
        testing_support::Completion(request.params().messages(0).content());
    return grpc::Status::OK;
  };
  const std::string large(16 << 20, 'x');
  const auto text = Connect(gateway).Complete(large);
  ASSERT_TRUE(text) << Describe(text.error());
  EXPECT_EQ(text->size(), large.size());
}

TEST(Complete, RefusesMessagesOverItsLimit) {
  FakeGateway gateway;
  gateway.on_complete = [](auto&, const auto&, auto& response) {
    *response.mutable_completion() = testing_support::Completion(std::string(2000, 'x'));
    return grpc::Status::OK;
  };
  Client client = Connect(gateway, {.max_message_bytes = 1000});
  EXPECT_EQ(client.Complete("hi").error().code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(client.Complete(std::string(2000, 'x')).error().code,
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST(Retry, SecondAttemptAfterUnavailable) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_complete = [&](auto&, const auto&, auto& response) {
    if (++calls == 1) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "not yet");
    *response.mutable_completion() = testing_support::Completion("second");
    return grpc::Status::OK;
  };
  Client client = Connect(gateway, {.retry_initial_backoff = std::chrono::milliseconds(1)});
  EXPECT_EQ(*client.Complete("hi"), "second");
  EXPECT_EQ(calls, 2);
}

TEST(Retry, ThenGivesUp) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_complete = [&](auto&, const auto&, auto&) {
    ++calls;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "never");
  };
  Client client = Connect(gateway, {.retry_initial_backoff = std::chrono::milliseconds(1)});
  const auto response = client.Complete("hi");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().reason, kConnectionLost);
  EXPECT_FALSE(response.error().safe_to_retry);
  EXPECT_EQ(calls, 2);
}

TEST(Retry, ObeysTheGatewaysPushback) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_complete = [&](auto& context, const auto&, auto&) {
    ++calls;
    context.AddTrailingMetadata("grpc-retry-pushback-ms", "-1");
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "billed already");
  };
  Client client = Connect(gateway, {.retry_initial_backoff = std::chrono::milliseconds(1)});
  EXPECT_FALSE(client.Complete("hi"));
  EXPECT_EQ(calls, 1);
}

TEST(Retry, CanBeSwitchedOff) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_complete = [&](auto&, const auto&, auto&) {
    ++calls;
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "no");
  };
  EXPECT_FALSE(Connect(gateway, {.max_attempts = 1}).Complete("hi"));
  EXPECT_EQ(calls, 1);
}

TEST(Retry, NotForOtherCodes) {
  FakeGateway gateway;
  std::atomic<int> calls = 0;
  gateway.on_complete = [&](auto&, const auto&, auto&) {
    ++calls;
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "no");
  };
  EXPECT_FALSE(Connect(gateway).Complete("hi"));
  EXPECT_EQ(calls, 1);
}

TEST(Errors, AreReadFromTheStatusDetails) {
  FakeGateway gateway;
  gateway.on_complete = [](auto&, const auto&, auto&) {
    auto status = testing_support::RpcStatus({.code = grpc::StatusCode::RESOURCE_EXHAUSTED,
                                              .reason = "RATE_LIMITED",
                                              .message = "too fast",
                                              .metadata = {{"origin", "upstream"},
                                                           {"safe_to_retry", "true"},
                                                           {"upstream_status", "429"}},
                                              .retry_after_ms = 1500});
    google::rpc::QuotaFailure quota;
    auto& violation = *quota.add_violations();
    violation.set_subject("gpt-4.1-mini");
    violation.set_description("requests per minute");
    status.add_details()->PackFrom(quota);
    return testing_support::ToStatus(status);
  };
  const auto response = Connect(gateway).Complete("hi");
  ASSERT_FALSE(response);
  const Error& error = response.error();
  EXPECT_EQ(error.code, grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(error.domain, "inferwire");
  EXPECT_EQ(error.reason, "RATE_LIMITED");
  EXPECT_EQ(error.message, "too fast");
  EXPECT_TRUE(error.safe_to_retry);
  EXPECT_EQ(error.retry_after, std::chrono::milliseconds(1500));
  EXPECT_EQ(error.metadata.at("upstream_status"), "429");
  EXPECT_EQ(error.origin(), "upstream");
  ASSERT_EQ(error.quotas.size(), 1u);
  EXPECT_EQ(error.quotas[0].subject, "gpt-4.1-mini");
  EXPECT_EQ(Describe(error),
            "RESOURCE_EXHAUSTED RATE_LIMITED: too fast; limit of gpt-4.1-mini: requests per minute "
            "(origin: upstream; safe to retry after 1.500 s; slow down, or ask for a higher limit "
            "upstream)");
  Error said = error;
  said.message = "1 is left of requests per minute";
  EXPECT_THAT(Describe(said), ::testing::Not(::testing::HasSubstr("limit of")))
      << "the message has it already";
}

TEST(Errors, NameTheFields) {
  auto status = testing_support::RpcStatus({.code = grpc::StatusCode::INVALID_ARGUMENT,
                                            .reason = "INVALID_PARAMETER",
                                            .message = "bad\nrequest",
                                            .metadata = {{"origin", "caller"}}});
  google::rpc::BadRequest bad;
  bad.add_field_violations()->set_field("params.n");
  bad.mutable_field_violations(0)->set_description("must be positive");
  status.add_details()->PackFrom(bad);
  const Error error = FromRpcStatus(status);
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "params.n");
  EXPECT_FALSE(error.safe_to_retry);
  EXPECT_EQ(Describe(error),
            "INVALID_ARGUMENT INVALID_PARAMETER: bad request; params.n: must be positive (origin: "
            "caller; not safe to retry blindly; correct the request)");
}

TEST(Errors, PlainStatusesKeepCodeAndText) {
  FakeGateway gateway;
  gateway.on_complete = [](auto&, const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::PERMISSION_DENIED, "no");
  };
  const auto response = Connect(gateway).Complete("hi");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(response.error().message, "no");
  EXPECT_EQ(response.error().reason, "");
  EXPECT_EQ(response.error().origin(), "gateway");
}

TEST(Errors, UnreachableServerIsSafeToRetry) {
  const auto target = FakeGateway().target();  // its port is free again
  auto client = *Client::Connect({.target = target, .max_attempts = 1});
  const auto response = client.Complete("hi");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().reason, kUnreachable) << response.error().message;
  EXPECT_EQ(response.error().origin(), "network");
  EXPECT_TRUE(response.error().safe_to_retry);
}

TEST(Health, OfServerAndService) {
  FakeGateway gateway;
  Client client = Connect(gateway);
  EXPECT_EQ(*client.CheckHealth(), Health::kServing);
  EXPECT_EQ(*client.CheckHealth("nobody"), Health::kServiceUnknown);
}

TEST(Invoke, GivesTheHttpErrorAsAValue) {
  FakeGateway gateway;
  gateway.on_invoke = [](const auto& request, auto& response) {
    response.set_http_status(404);
    response.set_body(request.call().method() + " " + request.call().path());
    return grpc::Status::OK;
  };
  v1::InvokeRequest request;
  request.mutable_call()->set_method("GET");
  request.mutable_call()->set_path("/models/x");
  const auto response = Connect(gateway).Invoke(request);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->http_status(), 404);
  EXPECT_EQ(response->body(), "GET /models/x");
}

TEST(StreamInvoke, GivesEveryMessage) {
  FakeGateway gateway;
  gateway.on_stream_invoke = [](const auto&, auto& writer) {
    v1::StreamInvokeResponse message;
    message.mutable_started()->set_http_status(200);
    writer.Write(message);
    message.mutable_event()->set_data("{}");
    writer.Write(message);
    message.mutable_completed();
    writer.Write(message);
    return grpc::Status::OK;
  };
  auto stream = Connect(gateway).StreamInvoke({});
  std::vector<v1::StreamInvokeResponse::MessageCase> cases;
  for (const auto& message : stream) cases.push_back(message.message_case());
  EXPECT_TRUE(stream.status());
  EXPECT_THAT(cases, ::testing::ElementsAre(v1::StreamInvokeResponse::kStarted,
                                            v1::StreamInvokeResponse::kEvent,
                                            v1::StreamInvokeResponse::kCompleted));
}

TEST(Options, AreChecked) {
  const auto refused = [](const ClientOptions& options) {
    const auto client = Client::Connect(options);
    return client ? "" : std::string(client.error().reason) + ": " + client.error().message;
  };
  EXPECT_THAT(refused({.target = ""}), HasSubstr("target"));
  EXPECT_THAT(refused({.max_attempts = 6}), HasSubstr("max_attempts"));
  EXPECT_THAT(refused({.tls = TlsOptions{.cert_pem = "x"}}), HasSubstr("certificate and key"));
  EXPECT_THAT(refused({.bearer_token = "a b"}), HasSubstr("printable"));
  EXPECT_THAT(refused({.target = "gateway:50051", .bearer_token = "t"}), HasSubstr("TLS"));
  EXPECT_THAT(refused({.target = "127.evil.example:1", .bearer_token = "t"}), HasSubstr("TLS"));
  EXPECT_EQ(refused({.target = "dns:///localhost:50051", .bearer_token = "t"}), "");
  EXPECT_EQ(refused({.target = "[::1]:50051", .bearer_token = "t"}), "");
}

TEST(Token, IsSentWithEveryCall) {
  FakeGateway gateway;
  std::string seen;
  gateway.on_complete = [&](auto& context, const auto&, auto&) {
    const auto range = context.client_metadata().equal_range("authorization");
    for (auto it = range.first; it != range.second; ++it) {
      seen.assign(it->second.data(), it->second.size());
    }
    return grpc::Status::OK;
  };
  ASSERT_TRUE(Connect(gateway, {.bearer_token = "sesame"}).Complete("hi"));
  EXPECT_EQ(seen, "Bearer sesame");
}

}  // namespace
}  // namespace inferwire::client
