#include "rpc/client_retries.h"

#include <gtest/gtest.h>

#include "policy/concurrency/concurrency.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"

namespace inferwire::rpc {
namespace {

using namespace std::chrono_literals;  // NOLINT(google-build-using-namespace)

class ClientRetriesTest : public ::testing::Test {
 protected:
  void Send(int first, int repeated) {
    for (int i = 0; i < first; ++i) retries_.Arrived(caller_, "acme", false, clock_.Now());
    for (int i = 0; i < repeated; ++i) retries_.Arrived(caller_, "acme", true, clock_.Now());
  }
  v1::ErrorReason Refused(bool repeated = true) const {
    return retries_.Answer(policy::Overloaded("full"), caller_, repeated).reason;
  }

  const gateway::CallerKey caller_ = gateway::CallerKey::Of("acme", "");
  ManualClock clock_;
  telemetry::Metrics metrics_;
  ClientRetries retries_{metrics_.Of<telemetry::ClientRetryMetrics>()};
};

TEST_F(ClientRetriesTest, StopsACallerOfWhoseCallsMoreThanAFifthAreRepetitions) {
  Send(80, 20);
  EXPECT_EQ(Refused(), v1::ERROR_REASON_GATEWAY_OVERLOADED);
  Send(0, 1);
  const Error error = retries_.Answer(policy::Overloaded("full"), caller_, true);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_CLIENT_RETRY_LIMITED);
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_TRUE(error.stops_retries);
  EXPECT_TRUE(error.safe_to_retry);
  EXPECT_EQ(error.metadata.at("refused_for"), "GATEWAY_OVERLOADED");
  EXPECT_EQ(error.metadata.at("repeated"), "21");
}

TEST_F(ClientRetriesTest, AFewRepetitionsSayNothing) {
  Send(0, 10);
  EXPECT_EQ(Refused(), v1::ERROR_REASON_GATEWAY_OVERLOADED);
  Send(0, 1);
  EXPECT_EQ(Refused(), v1::ERROR_REASON_CLIENT_RETRY_LIMITED);
}

TEST_F(ClientRetriesTest, TellsOnlyRepetitionsAndOnlyThisCaller) {
  Send(0, 50);
  EXPECT_EQ(Refused(false), v1::ERROR_REASON_GATEWAY_OVERLOADED);
  const auto other = gateway::CallerKey::Of("other", "");
  EXPECT_EQ(retries_.Answer(policy::Overloaded("full"), other, true).reason,
            v1::ERROR_REASON_GATEWAY_OVERLOADED);
}

TEST_F(ClientRetriesTest, ForgetsAfterTheWindow) {
  Send(0, 50);
  clock_.Advance(6s);
  Send(1, 0);
  EXPECT_EQ(Refused(), v1::ERROR_REASON_CLIENT_RETRY_LIMITED);
  clock_.Advance(5s);
  Send(1, 0);
  EXPECT_EQ(Refused(), v1::ERROR_REASON_GATEWAY_OVERLOADED);
}

TEST_F(ClientRetriesTest, LeavesRefusalsAloneThatNoRepetitionCanMend) {
  Send(0, 50);
  Error error;
  error.reason = v1::ERROR_REASON_MODEL_NOT_ALLOWED;
  EXPECT_EQ(retries_.Answer(error, caller_, true).reason, v1::ERROR_REASON_MODEL_NOT_ALLOWED);
}

TEST_F(ClientRetriesTest, CountsByCaller) {
  Send(3, 2);
  EXPECT_NE(metrics_.Expose().find("inferwire_client_retries_total{caller=\"acme\"} 2"),
            std::string::npos);
}

}  // namespace
}  // namespace inferwire::rpc
