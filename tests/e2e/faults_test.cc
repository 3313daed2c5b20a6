// What a broken upstream does to a caller: always a typed error, never a success, nothing lost that
// had arrived.
#include <gtest/gtest.h>

#include "gateway.h"

namespace inferwire::e2e {
namespace {

struct Case {
  const char* name;
  const char* model;
  grpc::StatusCode code;
  const char* reason;
  uint64_t requests = 1;
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class Unary : public testing::TestWithParam<Case> {};

TEST_P(Unary, EndsWithItsReason) {
  Gateway gateway([](config::Config& config) {
    config.upstreams[0].timeouts.first_byte = 500ms;
    config.upstreams[0].timeouts.between_events = 500ms;
  });
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", GetParam().model);
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), GetParam().code) << status.error_message();
  const auto info = InfoOf(status);
  EXPECT_EQ(info.reason(), GetParam().reason);
  EXPECT_EQ(info.domain(), "inferwire");
  EXPECT_EQ(info.metadata().at("upstream"), "test");
  EXPECT_EQ(info.metadata().at("phase"), "before_output");
  EXPECT_EQ(gateway.upstream().stats().requests, GetParam().requests)
      << "again only where the provider says that nothing was made";
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Unary,
    testing::Values(
        Case{"BadRequest", "gpt-4.1-mini+status=400", grpc::INVALID_ARGUMENT, "INVALID_PARAMETER"},
        Case{"Unauthorized", "gpt-4.1-mini+status=401", grpc::INTERNAL,
             "UPSTREAM_CREDENTIALS_REJECTED"},
        Case{"UnknownModel", "no-such-model", grpc::NOT_FOUND, "MODEL_NOT_FOUND"},
        Case{"RateLimited", "gpt-4.1-mini+status=429", grpc::RESOURCE_EXHAUSTED, "RATE_LIMITED", 3},
        Case{"OutOfQuota", "gpt-4.1-mini+status=429+code=insufficient_quota",
             grpc::RESOURCE_EXHAUSTED, "INSUFFICIENT_QUOTA"},
        Case{"ServerError", "gpt-4.1-mini+status=500", grpc::INTERNAL, "UPSTREAM_ERROR", 3},
        Case{"Overloaded", "gpt-4.1-mini+status=503", grpc::UNAVAILABLE, "UPSTREAM_OVERLOADED", 3},
        Case{"Reset", "gpt-4.1-mini+reset", grpc::UNAVAILABLE, "UPSTREAM_UNREACHABLE"},
        Case{"ResetInBody", "gpt-4.1-mini+reset_after=20", grpc::UNAVAILABLE, "STREAM_TRUNCATED"},
        Case{"Stall", "gpt-4.1-mini+stall", grpc::UNAVAILABLE, "UPSTREAM_TIMEOUT"},
        Case{"Html", "gpt-4.1-mini+garbage=html", grpc::INTERNAL, "UPSTREAM_PROTOCOL"},
        Case{"BrokenJson", "gpt-4.1-mini+garbage=json", grpc::INTERNAL, "UPSTREAM_PROTOCOL"},
        Case{"ErrorIn200", "gpt-4.1-mini+error_in_200", grpc::INTERNAL, "UPSTREAM_ERROR", 3}),
    [](const auto& param) { return std::string(param.param.name); });

class Stream : public testing::TestWithParam<Case> {};

TEST_P(Stream, IsNeverASuccessAndKeepsTheTextThatCame) {
  Gateway gateway(
      [](config::Config& config) { config.upstreams[0].timeouts.between_events = 500ms; });
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", GetParam().model);
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  EXPECT_EQ(result.status.error_code(), GetParam().code) << result.status.error_message();
  const auto info = InfoOf(result.status);
  EXPECT_EQ(info.reason(), GetParam().reason);
  EXPECT_EQ(info.metadata().at("phase"), "after_output");
  EXPECT_EQ(info.metadata().at("safe_to_retry"), "false") << "tokens were paid for";
  EXPECT_FALSE(result.text.empty());
  EXPECT_EQ(context->GetServerTrailingMetadata().find("grpc-retry-pushback-ms")->second, "-1");
}

INSTANTIATE_TEST_SUITE_P(
    Faults, Stream,
    testing::Values(Case{"Truncated", "gpt-4.1-mini+tokens=20+truncate=all", grpc::UNAVAILABLE,
                         "STREAM_TRUNCATED"},
                    Case{"DoneWithoutFinishReason", "gpt-4.1-mini+tokens=20+truncate=finish",
                         grpc::UNAVAILABLE, "STREAM_TRUNCATED"},
                    Case{"Reset", "gpt-4.1-mini+tokens=200+reset_after=3000", grpc::UNAVAILABLE,
                         "STREAM_TRUNCATED"},
                    Case{"Stall", "gpt-4.1-mini+tokens=50+stall=5", grpc::UNAVAILABLE,
                         "UPSTREAM_TIMEOUT"},
                    Case{"ErrorEvent", "gpt-4.1-mini+tokens=50+error_in_stream=5",
                         grpc::UNAVAILABLE, "STREAM_TRUNCATED"}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(Faults, ACompleteStreamWithoutDoneIsASuccess) {
  Gateway gateway;
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+no_done+crlf+keepalive");
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  EXPECT_TRUE(result.status.ok()) << result.status.error_message();
  EXPECT_TRUE(result.events.back().has_completed());
}

TEST(Faults, WhatIsNoTextIsDeliveredAsReplacementCharacters) {
  Gateway gateway;
  for (const char* model : {"gpt-4.1-mini+invalid_utf8", "gpt-4.1-mini+lone_surrogate"}) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Prompt("hi", model);
    auto context = NewContext();
    auto reader = gateway.chat().StreamComplete(context.get(), request);
    const StreamResult result = ReadAll(*reader);
    EXPECT_TRUE(result.status.ok()) << model << ": " << result.status.error_message();
    EXPECT_NE(result.text.find("\xEF\xBF\xBD"), std::string::npos) << model;
  }
}

TEST(Faults, ARateLimitSaysHowLongToWait) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+status=429+retry_after=7");
  v1::CompleteResponse response;
  auto context = NewContext();
  const auto status = gateway.chat().Complete(context.get(), request, &response);
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  google::rpc::RetryInfo retry;
  bool found = false;
  for (const auto& any : details.details()) found = any.UnpackTo(&retry) || found;
  ASSERT_TRUE(found);
  EXPECT_EQ(retry.retry_delay().seconds(), 7);
  EXPECT_EQ(InfoOf(status).metadata().at("safe_to_retry"), "true");
  EXPECT_EQ(context->GetServerTrailingMetadata().find("grpc-retry-pushback-ms")->second, "7000");
}

TEST(Faults, AnUnreachableUpstreamIsTriedAgainAndSaidToBeSafe) {
  Gateway gateway([](config::Config& config) {
    // A port that was free a moment ago: nobody listens.
    config.upstreams[0].base_url = "http://127.0.0.1:1/v1";
    config.upstreams[0].max_retries = 1;
  });
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  const auto info = InfoOf(status);
  EXPECT_EQ(info.reason(), "UPSTREAM_UNREACHABLE");
  EXPECT_EQ(info.metadata().at("attempts"), "2");
  EXPECT_EQ(info.metadata().at("safe_to_retry"), "true");
}

}  // namespace
}  // namespace inferwire::e2e
