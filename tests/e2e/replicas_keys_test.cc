// Idempotency keys of two replicas, which are processes, over a real PostgreSQL.
#include <signal.h>

#include <thread>

#include "connected.h"
#include "gateway.h"
#include "process.h"
#include "support/postgres_cluster.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;

struct Replica {
  Replica(const std::string& name, const std::string& upstream, const std::string& url_file)
      : process({kServer, "--config",
                 WriteFile(name,
                           "server: {listen: '127.0.0.1:0', admin: '127.0.0.1:0', loops: 1}\n"
                           "store: {postgresql: {file: " +
                               url_file +
                               "}}\n"
                               "idempotency: {shared: true}\n"
                               "upstreams: [{name: up, base_url: '" +
                               upstream +
                               "', allow_plain_http: true, api_key: none, max_retries: "
                               "0}]\n")}),
        stub(v1::ChatService::NewStub(Connected(grpc::CreateChannel(
            "127.0.0.1:" + std::to_string(PortOf(process)), grpc::InsecureChannelCredentials())))) {
  }

  grpc::Status Ask(const std::string& model, const std::string& key = "k",
                   v1::Resend resend = v1::RESEND_UNSPECIFIED) {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", model);
    request.mutable_options()->set_idempotency_key(key);
    if (resend != v1::RESEND_UNSPECIFIED) {
      request.mutable_options()->mutable_route()->set_resend(resend);
    }
    v1::CompleteResponse response;
    return stub->Complete(NewContext(60s).get(), request, &response);
  }

  testing_support::ChildProcess process;
  std::unique_ptr<v1::ChatService::Stub> stub;
};

class ReplicasKeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    postgres_ = testing_support::PostgresCluster::Start();
    if (!postgres_) GTEST_SKIP() << "PostgreSQL is not installed";
    simulator_ = std::move(*simulator::Simulator::Start({.any_model = true}));
    const std::string url = WriteFile("url", postgres_->NewDatabase());
    a_ = std::make_unique<Replica>("a.yaml", simulator_->base_url(), url);
    b_ = std::make_unique<Replica>("b.yaml", simulator_->base_url(), url);
  }
  uint64_t requests() { return simulator_->stats().requests; }
  bool WaitForRequests(uint64_t count) {
    return simulator_->WaitFor([count](const Stats& stats) { return stats.requests >= count; },
                               10s);
  }

  std::unique_ptr<testing_support::PostgresCluster> postgres_;
  std::unique_ptr<simulator::Simulator> simulator_;
  std::unique_ptr<Replica> a_, b_;
};

TEST_F(ReplicasKeysTest, WhatOneHasAnsweredTheOtherDoesNotRunAgain) {
  ASSERT_TRUE(a_->Ask("gpt-4.1-mini").ok());
  const grpc::Status gone = b_->Ask("gpt-4.1-mini");
  EXPECT_EQ(gone.error_code(), grpc::StatusCode::ALREADY_EXISTS);
  const auto info = InfoOf(gone);
  EXPECT_EQ(info.reason(), "IDEMPOTENT_RESULT_GONE");
  EXPECT_FALSE(info.metadata().at("first_request_id").empty());
  EXPECT_TRUE(info.metadata().contains("output_tokens"));
  EXPECT_TRUE(a_->Ask("gpt-4.1-mini").ok()) << "where the answer is";
  EXPECT_EQ(InfoOf(b_->Ask("gpt-4.1")).reason(), "IDEMPOTENCY_KEY_REUSED");
  EXPECT_EQ(requests(), 1u);
}

TEST_F(ReplicasKeysTest, TheOtherWaitsForTheEndOfACallThatRuns) {
  std::thread running([&] { EXPECT_TRUE(a_->Ask("gpt-4.1-mini+ttft=2s").ok()); });
  ASSERT_TRUE(WaitForRequests(1));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(InfoOf(b_->Ask("gpt-4.1-mini+ttft=2s")).reason(), "IDEMPOTENT_RESULT_GONE");
  EXPECT_GE(std::chrono::steady_clock::now() - began, 500ms);
  running.join();
  EXPECT_EQ(requests(), 1u);
}

TEST_F(ReplicasKeysTest, AFailureThatCostNothingIsFreeEverywhere) {
  EXPECT_EQ(InfoOf(a_->Ask("gpt-4.1-mini+status=429")).reason(), "RATE_LIMITED");
  EXPECT_EQ(InfoOf(b_->Ask("gpt-4.1-mini+status=429")).reason(), "RATE_LIMITED");
  EXPECT_EQ(requests(), 2u);
}

TEST_F(ReplicasKeysTest, WhatAKilledReplicaRanIsUnknownAndRunsAgainOnlyIfThatIsWanted) {
  std::thread running([&] { EXPECT_FALSE(a_->Ask("gpt-4.1-mini+stall").ok()); });
  ASSERT_TRUE(WaitForRequests(1));
  a_->process.Signal(SIGKILL);
  running.join();
  // Within the lease it may still live: the other one waits until it has ended.
  const grpc::Status unknown = b_->Ask("gpt-4.1-mini+stall");
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::ABORTED);
  EXPECT_EQ(InfoOf(unknown).reason(), "IDEMPOTENT_OUTCOME_UNKNOWN");
  EXPECT_EQ(InfoOf(unknown).metadata().at("maybe_billed"), "unknown");
  EXPECT_EQ(requests(), 1u);
  std::thread again([&] { b_->Ask("gpt-4.1-mini+stall", "k", v1::RESEND_ANYTHING); });
  EXPECT_TRUE(WaitForRequests(2));
  b_->process.Signal(SIGKILL);
  again.join();
}

TEST_F(ReplicasKeysTest, WithoutTheStoreAKeyHoldsWithinItsReplica) {
  postgres_->Freeze();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(a_->Ask("gpt-4.1-mini").ok());
  EXPECT_LE(std::chrono::steady_clock::now() - began, 5s);
  EXPECT_TRUE(a_->Ask("gpt-4.1-mini").ok());
  EXPECT_EQ(requests(), 1u) << "told again";
  EXPECT_TRUE(b_->Ask("gpt-4.1-mini").ok());
  EXPECT_EQ(requests(), 2u);
  postgres_->Thaw();
}

}  // namespace
}  // namespace inferwire::e2e
