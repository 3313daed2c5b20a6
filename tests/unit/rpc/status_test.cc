#include "rpc/status.h"

#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"

namespace inferwire::rpc {
namespace {

template <class Detail>
std::optional<Detail> Find(const google::rpc::Status& status) {
  Detail detail;
  for (const auto& any : status.details()) {
    if (any.UnpackTo(&detail)) return detail;
  }
  return std::nullopt;
}

TEST(Status, CarriesReasonOriginAndSafetyOnEveryError) {
  const auto status = gateway::ToRpcStatus(Error{}, "id-1");
  const auto info = Find<google::rpc::ErrorInfo>(status);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->domain(), "inferwire");
  EXPECT_EQ(info->reason(), "GATEWAY_ERROR");
  EXPECT_EQ(info->metadata().at("origin"), "gateway");
  EXPECT_EQ(info->metadata().at("safe_to_retry"), "false");
  EXPECT_EQ(info->metadata().at("request_id"), "id-1");
}

TEST(Status, CarriesEveryKindOfDetail) {
  Error error = InvalidField("params.model", "is required");
  error.retry_after = std::chrono::milliseconds(1500);
  error.quotas.push_back({"gpt-4.1-mini", "tokens"});
  error.preconditions.push_back({"STATE", "batch_1", "is finished"});
  error.resource = Error::Resource{"model", "x"};
  const auto status = gateway::ToRpcStatus(error, "");
  EXPECT_EQ(Find<google::rpc::BadRequest>(status)->field_violations(0).field(), "params.model");
  EXPECT_EQ(Find<google::rpc::RetryInfo>(status)->retry_delay().nanos(), 500'000'000);
  EXPECT_EQ(Find<google::rpc::QuotaFailure>(status)->violations(0).subject(), "gpt-4.1-mini");
  EXPECT_EQ(Find<google::rpc::PreconditionFailure>(status)->violations(0).subject(), "batch_1");
  EXPECT_EQ(Find<google::rpc::ResourceInfo>(status)->resource_name(), "x");
}

TEST(Status, StaysSmallEnoughToArriveWhateverTheErrorHolds) {
  Error error;
  error.message = std::string(100'000, 'm');
  for (int i = 0; i < 100; ++i) {
    error.fields.push_back({std::string(5000, 'f'), std::string(5000, 'd')});
    error.quotas.push_back({std::string(5000, 's'), std::string(5000, 'd')});
    error.metadata["key" + std::to_string(i)] = std::string(5000, 'v');
  }
  const auto status = ToGrpcStatus(error, "id");
  EXPECT_LE(status.error_message().size(), gateway::kMaxMessageBytes);
  EXPECT_LE(status.error_details().size(), gateway::kMaxMessageBytes + gateway::kMaxDetailBytes);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_TRUE(Find<google::rpc::ErrorInfo>(details)) << "the reason is on every error";
}

TEST(Status, CutsTextsAtACharacter) {
  Error error;
  error.message = std::string(gateway::kMaxMessageBytes - 1, 'm') + "\xc3\xa9";
  EXPECT_EQ(gateway::ToRpcStatus(error, "").message().size(), gateway::kMaxMessageBytes - 1);
}

TEST(RetryPushback, ForbidsARetryThatIsNotSafe) {
  Error error;
  EXPECT_EQ(RetryPushback(error), "-1");
}

TEST(RetryPushback, IsTheDelayOfASafeRetry) {
  Error error;
  error.safe_to_retry = true;
  EXPECT_EQ(RetryPushback(error), "");
  error.retry_after = std::chrono::milliseconds(300);
  EXPECT_EQ(RetryPushback(error), "300");
}

}  // namespace
}  // namespace inferwire::rpc
