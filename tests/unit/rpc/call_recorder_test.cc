// What is settled, counted and written down of a call, and when.
#include "rpc/call_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "call_fixture.h"
#include "policy/deadlines/deadlines.h"
#include "telemetry/shown_calls.h"

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// Admits everything, and notes what it was asked for and how that is settled.
class Settlements final : public policy::Policy {
 public:
  Settlements(policy::Call& asked, std::vector<policy::Settlement>& outcomes)
      : asked_(asked), outcomes_(outcomes) {}
  Result<void> Admit(policy::Call& call) override {
    asked_ = call;
    return {};
  }
  void Settle(const policy::Call&, const policy::Settlement& outcome) override {
    outcomes_.push_back(outcome);
  }

 private:
  policy::Call& asked_;
  std::vector<policy::Settlement>& outcomes_;
};

class KeptSpans final : public telemetry::SpanSink {
 public:
  explicit KeptSpans(std::vector<telemetry::Span>& spans) : spans_(spans) {}
  void Take(telemetry::Span span) override { spans_.push_back(std::move(span)); }

 private:
  std::vector<telemetry::Span>& spans_;
};

class CallRecorderTest : public testing::Test {
 protected:
  CallRecorderTest() { world.log.Configure({telemetry::LogLevel::kInfo, true}); }

  CallRecorder& Begin(const Endpoint& endpoint) {
    return recorder.emplace(services, endpoint, wire);
  }
  CallRecorder& Admitted(const Endpoint& endpoint) {
    EXPECT_TRUE(Begin(endpoint).Admit({.model = "gpt-4.1-mini"}));
    return *recorder;
  }
  bool Shows(const std::string& sample) {
    return ("\n" + world.metrics.Expose()).find("\n" + sample + "\n") != std::string::npos;
  }
  // How many calls of Complete ended with that code.
  bool Handled(const std::string& code, int count) {
    return Shows("grpc_server_handled_total{grpc_code=\"" + code +
                 "\",grpc_method=\"Complete\",grpc_service=\"inferwire.v1.ChatService\",grpc_type="
                 "\"unary\"} " +
                 std::to_string(count));
  }
  bool StreamsEnded(const std::string& reason) {
    return Shows("inferwire_streams_ended_total{operation=\"chat\",reason=\"" + reason + "\"} 1");
  }
  bool OverheadInAll(const std::string& sum) {
    return Shows("inferwire_overhead_seconds_sum{operation=\"chat\"} " + sum);
  }

  static Error Failure(Code code, v1::ErrorReason reason) {
    Error error;
    error.code = code;
    error.reason = reason;
    error.origin = Origin::kUpstream;
    return error;
  }
  static Error DeadlineFailure() {
    return Failure(Code::kDeadlineExceeded, v1::ERROR_REASON_DEADLINE);
  }

  World world;
  FakeRpc rpc;
  FakeWire wire{rpc};
  policy::Call asked;
  std::vector<policy::Settlement> settled;
  const policy::Chain policies{[this] {
    std::vector<std::unique_ptr<policy::Policy>> all;
    all.push_back(std::make_unique<Settlements>(asked, settled));
    all.push_back(std::make_unique<policy::Deadlines>(policy::Deadlines::Limits{}, world.clock));
    return all;
  }()};
  std::vector<telemetry::Span> spans;
  telemetry::Tracer tracer{std::make_unique<KeptSpans>(spans), 1};
  const CallServices services{[this] {
                                upstream::Runtime runtime = world.services->runtime;
                                runtime.tracer = &tracer;
                                return runtime;
                              }(),
                              policies,
                              world.log,
                              world.limits,
                              world.live,
                              &world.memory};
  gateway::CallStats stats;
  std::optional<CallRecorder> recorder;
};

// The log may be off; a model that does not exist is named as the caller does.
TEST_F(CallRecorderTest, IsShownOnThePageWithoutItsUser) {
  world.log.Configure({telemetry::LogLevel::kOff, false});
  telemetry::ShownCalls shown(world.clock.Now());
  CallServices with_page = services;
  with_page.shown = &shown;
  CallRecorder& call = recorder.emplace(with_page, world.complete, wire);
  v1::CallOptions options;
  options.set_user("somebody@example.com");
  ASSERT_TRUE(call.Admit({.model = "gpt-9", .options = &options}));
  const Error failure = Failure(Code::kNotFound, v1::ERROR_REASON_MODEL_NOT_FOUND);
  call.End(&failure, stats);
  const auto lines = shown.recent.Lines(world.clock);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_THAT(lines[0], HasSubstr("\"method\":\"Complete\",\"model\":\"gpt-9\""));
  EXPECT_THAT(lines[0], HasSubstr("\"reason\":\"MODEL_NOT_FOUND\""));
  EXPECT_THAT(lines[0], Not(HasSubstr("somebody")));
  recorder.reset();
}

TEST_F(CallRecorderTest, SettlesTheFirstEndOnceTheCallIsOver) {
  Admitted(world.complete);
  stats.attempts = 1;
  stats.input_tokens = 3;
  stats.output_tokens = 2;
  recorder->End(nullptr, stats);
  const Error late = DeadlineFailure();
  recorder->End(&late, {});
  EXPECT_THAT(settled, IsEmpty()) << "the answer is not delivered yet";
  recorder.reset();
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled[0].code, Code::kOk);
  EXPECT_TRUE(settled[0].sent_upstream);
  EXPECT_EQ(settled[0].input_tokens, 3);
  EXPECT_EQ(settled[0].output_tokens, 2);
}

TEST_F(CallRecorderTest, ARefusedCallIsSettledByItsRefusalAlone) {
  rpc.deadline = world.clock.WallNow() - seconds(1);
  const auto refused = Begin(world.complete).Admit({.model = "gpt-4.1-mini"});
  ASSERT_FALSE(refused);
  recorder->End(&refused.error(), stats);
  recorder.reset();
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled[0].reason, v1::ERROR_REASON_DEADLINE);
}

TEST_F(CallRecorderTest, AsksThePoliciesWithThePriorityThatTheCallerNames) {
  rpc.metadata["inferwire-priority"] = "batch";
  Admitted(world.complete);
  EXPECT_EQ(asked.priority, gateway::Priority::kBatch);
}

TEST_F(CallRecorderTest, RefusesAPriorityThatThereIsNot) {
  rpc.metadata["inferwire-priority"] = "urgent";
  const auto refused = Begin(world.complete).Admit({.model = "gpt-4.1-mini"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("interactive, batch or background"));
}

TEST_F(CallRecorderTest, ACallThatNobodyEndedIsBookedAsCancelled) {
  Admitted(world.complete);
  recorder.reset();
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_EQ(settled[0].reason, v1::ERROR_REASON_CANCELLED);
  EXPECT_TRUE(Handled("Canceled", 1)) << world.metrics.Expose();
}

TEST_F(CallRecorderTest, BooksOneEndHoweverManyComeAfterIt) {
  Admitted(world.complete);
  const Error first = Failure(Code::kUnavailable, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
  const Error second = DeadlineFailure();
  recorder->End(&first, stats);
  recorder->End(&second, stats);
  recorder->End(nullptr, stats);
  recorder.reset();
  EXPECT_TRUE(Handled("Unavailable", 1)) << world.metrics.Expose();
  EXPECT_FALSE(Handled("DeadlineExceeded", 1));
  EXPECT_FALSE(Handled("OK", 1));
  EXPECT_THAT(world.log_lines, SizeIs(1));
}

TEST_F(CallRecorderTest, IsInFlightUntilItIsDestroyedAndAStreamOpenUntilItsEnd) {
  Admitted(world.stream);
  EXPECT_TRUE(Shows("inferwire_streams_active{operation=\"chat\"} 1"));
  recorder->End(nullptr, stats);
  EXPECT_TRUE(Shows("inferwire_requests_in_flight{operation=\"chat\"} 1"));
  EXPECT_TRUE(Shows("inferwire_streams_active{operation=\"chat\"} 0"));
  recorder.reset();
  EXPECT_TRUE(Shows("inferwire_requests_in_flight{operation=\"chat\"} 0"));
}

TEST_F(CallRecorderTest, ACallerIsGoneByCancelBeforeItsDeadlineAndByDeadlineFromThenOn) {
  rpc.deadline = world.clock.WallNow() + seconds(5);
  Admitted(world.complete);
  world.clock.Advance(milliseconds(4949));
  EXPECT_EQ(recorder->Gone().reason, v1::ERROR_REASON_CANCELLED);
  world.clock.Advance(milliseconds(1));  // 50 ms are left for the answer's way back
  EXPECT_EQ(recorder->Gone().reason, v1::ERROR_REASON_DEADLINE);
}

TEST_F(CallRecorderTest, ACallerWithoutADeadlineIsGoneByCancelHoweverLate) {
  Admitted(world.complete);
  world.clock.Advance(std::chrono::hours(1));
  EXPECT_EQ(recorder->Gone().reason, v1::ERROR_REASON_CANCELLED);
}

TEST_F(CallRecorderTest, PausedTimeIsCountedOnce) {
  Admitted(world.stream);
  recorder->Resumed();  // nothing was paused
  recorder->Paused();
  world.clock.Advance(seconds(3));
  recorder->Paused();
  world.clock.Advance(seconds(1));
  recorder->Resumed();
  world.clock.Advance(seconds(8));
  recorder->Resumed();
  EXPECT_TRUE(Shows("inferwire_stream_backpressure_seconds_total{operation=\"chat\"} 4"))
      << world.metrics.Expose();
}

TEST_F(CallRecorderTest, ADeadlineDuringAPauseIsTheSlowCallers) {
  const Error error = DeadlineFailure();
  Admitted(world.stream).Paused();
  world.clock.Advance(seconds(2));
  recorder->End(&error, stats);
  EXPECT_TRUE(Shows("inferwire_stream_backpressure_seconds_total{operation=\"chat\"} 2"));
  EXPECT_TRUE(StreamsEnded("slow_consumer"));
  EXPECT_FALSE(StreamsEnded("deadline"));
  recorder.reset();
  Admitted(world.stream).End(&error, stats);
  EXPECT_TRUE(StreamsEnded("deadline"));
}

TEST_F(CallRecorderTest, OverheadIsWhatTheCallerAndTheUpstreamDidNotTake) {
  Admitted(world.stream);
  world.clock.Advance(seconds(1));  // ours
  recorder->WaitsForCaller(stats);
  world.clock.Advance(seconds(7));
  recorder->WaitsForCaller(stats);  // the same wait
  recorder->CallerCame(stats);
  stats.upstream_since = world.clock.Now();
  world.clock.Advance(seconds(5));
  recorder->End(nullptr, stats);
  EXPECT_TRUE(OverheadInAll("1")) << world.metrics.Expose();
  EXPECT_THAT(world.log_lines,
              ElementsAre(HasSubstr(R"("duration_s":13.000000,"overhead_s":1.000000)")));
}

TEST_F(CallRecorderTest, WhatTheUpstreamTakesWhileTheCallerIsWaitedForIsDeductedOnce) {
  Admitted(world.stream);
  recorder->WaitsForCaller(stats);
  world.clock.Advance(seconds(7));
  stats.upstream_time = seconds(5);
  recorder->CallerCame(stats);
  world.clock.Advance(seconds(2));  // ours
  recorder->End(nullptr, stats);
  EXPECT_TRUE(OverheadInAll("2")) << world.metrics.Expose();
}

TEST_F(CallRecorderTest, ACallThatEndsInTheCallersTurnHasNoOverheadOfIt) {
  Admitted(world.stream).WaitsForCaller(stats);
  world.clock.Advance(seconds(7));
  recorder->End(nullptr, stats);
  EXPECT_TRUE(OverheadInAll("0")) << world.metrics.Expose();
}

TEST_F(CallRecorderTest, AnEndedCallIsGivenUpOnceWhenItsDeliveryTookTooLong) {
  world.limits.delivery = seconds(30);
  rpc.deadline = world.clock.WallNow() + seconds(5);
  Admitted(world.complete);
  world.clock.Advance(seconds(4));
  EXPECT_FALSE(recorder->GivesUp(world.clock.Now() + std::chrono::hours(1))) << "it runs";
  recorder->End(nullptr, stats);
  const SteadyTime ended = world.clock.Now();
  EXPECT_FALSE(recorder->GivesUp(ended + milliseconds(29'999)));
  EXPECT_TRUE(recorder->GivesUp(ended + seconds(30)));
  EXPECT_FALSE(recorder->GivesUp(ended + seconds(31)));
  EXPECT_TRUE(Shows("inferwire_calls_cut_total{reason=\"undelivered\"} 1"));
}

TEST_F(CallRecorderTest, TheLogLineSaysWhoDidWhatAndHowItEnded) {
  rpc.identity = "spiffe://example/billing";
  Admitted(world.complete);
  stats.model = "gpt-4.1-mini";
  stats.upstream = "fake";
  stats.attempts = 2;
  stats.upstream_time = seconds(1);
  world.clock.Advance(seconds(1));
  const Error error = Failure(Code::kUnavailable, v1::ERROR_REASON_UPSTREAM_UNREACHABLE);
  recorder->End(&error, stats);
  ASSERT_THAT(world.log_lines, SizeIs(1));
  for (const char* said :
       {R"("method":"Complete")", R"("model":"gpt-4.1-mini")", R"("upstream":"fake")",
        R"("peer":"ipv4:127.0.0.1:1")", R"("caller":"spiffe://example/billing")",
        R"("code":"UNAVAILABLE")", R"("reason":"UPSTREAM_UNREACHABLE")", R"("origin":"upstream")",
        R"("attempts":2)", R"("duration_s":1)", R"("upstream_s":1)"}) {
    EXPECT_THAT(world.log_lines[0], HasSubstr(said));
  }
  EXPECT_THAT(world.log_lines[0], HasSubstr(recorder->request_id()));
  EXPECT_THAT(world.log_lines[0], Not(HasSubstr("\"events\""))) << "it is no stream";
}

TEST_F(CallRecorderTest, GivesOneSpanThatLastsUntilTheEnd) {
  Admitted(world.complete);
  world.clock.Advance(seconds(3));
  const Error error = DeadlineFailure();
  recorder->End(&error, stats);
  recorder->End(nullptr, stats);
  recorder.reset();
  ASSERT_THAT(spans, SizeIs(1));
  EXPECT_EQ(spans[0].duration, seconds(3));
  EXPECT_EQ(spans[0].error_type, "DEADLINE");
  EXPECT_EQ(spans[0].method, "Complete");
}

}  // namespace
}  // namespace inferwire::rpc
