// inferwire_overhead_seconds and the call's log line: only what the gateway itself took, however a
// call ends; who called; and credentials that nobody looks at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "inferwire/v1/files_service.pb.h"
#include "operation_call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using std::chrono::seconds;
using ::testing::HasSubstr;

class OwnTimeTest : public OperationCallTest {
 protected:
  OwnTimeTest() { world.log.Configure({telemetry::LogLevel::kInfo, true}); }

  bool Shows(const std::string& sample) {
    return ("\n" + world.metrics.Expose()).find("\n" + sample + "\n") != std::string::npos;
  }
  // Every call so far took less than that of our time.
  bool AllBelow100Microseconds(const std::string& operation, int calls) {
    return Shows("inferwire_overhead_seconds_bucket{operation=\"" + operation +
                 "\",le=\"0.0001\"} " + std::to_string(calls));
  }
};

TEST_F(OwnTimeTest, AnUpstreamsTimeIsNotOursWhenTheCallerCancels) {
  StartUnary();
  world.Advance(seconds(7));
  rpc.Done(true);
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1)) << world.metrics.Expose();
  ASSERT_EQ(world.log_lines.size(), 1u);
  EXPECT_THAT(world.log_lines[0], HasSubstr(R"("upstream_s":7)"));
}

TEST_F(OwnTimeTest, NorWhenItsStreamIsCancelledAfterOutput) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  world.Advance(seconds(3));
  FakeTransport::Body(transfer(), Chunk("Hi"));
  world.Advance(seconds(4));
  while (rpc.writing) rpc.CompleteWrite(true);
  rpc.Done(true);
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1));
}

TEST_F(OwnTimeTest, NorWhenTheDeadlinePasses) {
  rpc.deadline = world.clock.WallNow() + seconds(5);
  StartUnary();
  world.Advance(seconds(5));
  RunToEnd();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1));
}

TEST_F(OwnTimeTest, NorWhenAServerThatDrainsCutsTheCall) {
  StartUnary();
  world.Advance(seconds(5));
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
  (*world.live.begin())->Cut(error);
  RunToEnd();
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1));
}

TEST_F(OwnTimeTest, NorWhileItWaitsToRepeatTheRequest) {
  StartUnary();
  http::Outcome refused;
  refused.failure = http::Failure::kConnect;
  refused.provably_unsent = true;
  FakeTransport::End(transfer(), refused);
  world.clock.Advance(seconds(2));
  rpc.Done(true);
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1));
}

TEST_F(OwnTimeTest, NorWhenAWriteFailsBeforeTheRpcsEndIsKnown) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  FakeTransport::Body(transfer(), Chunk("Hi"));
  world.Advance(seconds(9));
  ASSERT_TRUE(rpc.writing);
  rpc.CompleteWrite(false);
  world.Advance(seconds(1));
  rpc.Done(true);
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1));
  ASSERT_EQ(world.log_lines.size(), 1u);
  EXPECT_THAT(world.log_lines[0], HasSubstr(R"("model":"gpt-4.1-mini")"));
}

TEST_F(OwnTimeTest, ACallersSlownessIsNotOurs) {
  StartStream();
  FakeTransport::Head(transfer(), 200, "text/event-stream");
  for (int i = 0; i < 200 && !transfer().paused; ++i) {
    FakeTransport::Body(transfer(), Chunk(std::string(1000, 'x')));
  }
  ASSERT_TRUE(transfer().paused);
  world.Advance(seconds(8));
  rpc.Done(true);
  rpc.CompleteWrite(false);
  EXPECT_TRUE(AllBelow100Microseconds("chat", 1));
}

TEST_F(OwnTimeTest, WhatIsOursIsCounted) {
  StartUnary();
  world.Advance(seconds(1));
  FakeTransport::Head(transfer(), 200, "application/json");
  FakeTransport::Body(transfer(), Answer("Hi"));
  FakeTransport::End(transfer());
  RunToEnd();
  EXPECT_TRUE(Shows("inferwire_overhead_seconds_count{operation=\"chat\"} 1"));
}

// Nothing is at the upstream yet: the caller takes its time to send.
class SlowClientStream final : public gateway::ClientStream {
 public:
  void Start() override {}
  void Resume() override {}
  const gateway::CallStats& stats() const override { return stats_; }
  bool HasRoom() override { return true; }
  void Take(google::protobuf::Message&) override {}
  void EndOfInput() override {}

 private:
  const gateway::CallStats stats_{};
};

TEST_F(OwnTimeTest, ACallerWhoSendsSlowlyIsNotOurs) {
  EndpointSpec spec = DescriptionOf("UploadFile");
  spec.begin_client_stream.operation = [](const upstream::Runtime&, const gateway::CallContext&,
                                          gateway::ClientStream::Observer&) -> ClientStreamBegun {
    return std::unique_ptr<gateway::ClientStream>(std::make_unique<SlowClientStream>());
  };
  const Endpoint endpoint(spec, world.metrics);
  world.Serve(endpoint, rpc);
  world.Advance(seconds(6));
  rpc.to_read.push_back(Serialize(v1::UploadFileRequest()));
  rpc.CompleteRead();
  world.Advance(seconds(6));
  rpc.Done(true);
  rpc.CompleteRead();
  EXPECT_TRUE(AllBelow100Microseconds("files", 1)) << world.metrics.Expose();
}

TEST_F(OwnTimeTest, ACallThatWaitsForNewsIsNotMeasured) {
  EndpointSpec spec = world.complete;
  spec.waits_for_news = true;
  const Endpoint watch(std::move(spec), world.metrics);
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  world.Serve(watch, rpc, request);
  rpc.Done(true);
  EXPECT_TRUE(Shows("inferwire_overhead_seconds_count{operation=\"chat\"} 0"));
  EXPECT_THAT(world.log_lines.at(0), ::testing::Not(HasSubstr("overhead_s")));
}

TEST_F(OwnTimeTest, TheLogNamesTheCallerThatProvedWhoItIs) {
  rpc.identity = "spiffe://example/billing";
  StartUnary();
  rpc.Done(true);
  ASSERT_EQ(world.log_lines.size(), 1u);
  EXPECT_THAT(world.log_lines[0], HasSubstr(R"("caller":"spiffe://example/billing")"));
}

TEST_F(OwnTimeTest, TheLogNamesNobodyElse) {
  StartUnary();
  rpc.Done(true);
  EXPECT_THAT(world.log_lines.at(0), ::testing::Not(HasSubstr("\"caller\"")));
}

TEST_F(OwnTimeTest, ACredentialThatNobodyLooksAtIsSaidOnceAndCounted) {
  for (const char* name : {"authorization", "authorization", "x-api-key"}) {
    FakeRpc other;
    other.metadata[name] = "Bearer tok-of-the-caller";
    v1::CompleteRequest request;
    *request.mutable_params() = Hello();
    world.Complete(other, request);
    other.Done(true);
  }
  EXPECT_TRUE(Shows("inferwire_credentials_ignored_total{metadata=\"authorization\"} 2"));
  EXPECT_TRUE(Shows("inferwire_credentials_ignored_total{metadata=\"x-api-key\"} 1"));
  int said = 0;
  for (const std::string& line : world.log_lines) {
    if (line.find("credential_ignored") != std::string::npos) ++said;
    EXPECT_THAT(line, ::testing::Not(HasSubstr("tok-of-the-caller")));
  }
  EXPECT_EQ(said, 1);
}

}  // namespace
}  // namespace inferwire::rpc
