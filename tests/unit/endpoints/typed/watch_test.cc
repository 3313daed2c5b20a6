// WatchResponse, WatchRun, WatchFineTuningJob: asked again and again, told at each change.
#include "inferwire/v1/assistants_service.pb.h"
#include "inferwire/v1/fine_tuning_service.pb.h"
#include "inferwire/v1/responses_service.pb.h"
#include "typed_fixture.h"

namespace inferwire::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

class Watching : public TypedTest {
 protected:
  // The upstream answers the question in hand.
  void Say(std::string_view body, int status = 200) {
    http::FakeTransport::Head(transfer(), status, "application/json");
    http::FakeTransport::Body(transfer(), body);
    http::FakeTransport::End(transfer());
    Read();
  }
  void Read() {
    while (rpc.writing) rpc.CompleteWrite(true);
  }
  void Break() {
    http::Outcome reset;
    reset.failure = http::Failure::kReset;
    http::FakeTransport::End(transfer(), reset);
    Read();
  }
  size_t questions() const { return world.transport.transfers.size(); }
  void Pass(Duration duration) {
    world.Advance(duration);
    Read();
  }
  void Finish() {
    if (rpc.finishing) rpc.CompleteFinish(true);
    if (rpc.wire_alive) rpc.Done(false);
  }
};

std::string Response(std::string_view status) {
  return R"({"id":"resp_1","object":"response","model":"m","status":")" + std::string(status) +
         "\"}";
}

class WatchingAResponse : public Watching {
 protected:
  void Begin(std::optional<seconds> poll = std::nullopt) {
    v1::WatchResponseRequest request;
    request.set_response_id("resp_1");
    if (poll) request.mutable_poll_interval()->set_seconds(poll->count());
    Call("WatchResponse", request);
  }
  std::vector<std::string> Heard() {
    std::vector<std::string> heard;
    for (size_t i = 0; i < rpc.written.size(); ++i) {
      const auto message = rpc.Written<v1::WatchResponseResponse>(i);
      heard.push_back(message.has_heartbeat()
                          ? "heartbeat"
                          : v1::ResponseStatus_Name(message.response().status()));
    }
    return heard;
  }
};

TEST_F(WatchingAResponse, IsToldAtOnceAndAtEachChangeUntilItsEnd) {
  Begin();
  EXPECT_EQ(Line(), "GET /responses/resp_1");
  Say(Response("queued"));
  Pass(milliseconds(2200));
  ASSERT_EQ(questions(), 2u);
  Say(Response("queued"));
  Pass(milliseconds(2200));
  Say(Response("in_progress"));
  Pass(milliseconds(2200));
  Say(Response("completed"));
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_THAT(Heard(), ElementsAre("RESPONSE_STATUS_QUEUED", "RESPONSE_STATUS_IN_PROGRESS",
                                   "RESPONSE_STATUS_COMPLETED"));
  EXPECT_TRUE(rpc.status->ok());
  EXPECT_EQ(questions(), 4u);
}

TEST_F(WatchingAResponse, EveryFinalStatusEndsItWell) {
  for (const char* status : {"completed", "incomplete", "failed", "cancelled"}) {
    const Endpoint endpoint(DescriptionOf("WatchResponse"), world.metrics);
    FakeRpc one;
    v1::WatchResponseRequest request;
    request.set_response_id("resp_1");
    world.Serve(endpoint, one, request);
    http::FakeTransport::Head(transfer(), 200, "application/json");
    http::FakeTransport::Body(transfer(), Response(status));
    http::FakeTransport::End(transfer());
    while (one.writing) one.CompleteWrite(true);
    ASSERT_TRUE(one.finishing) << status;
    EXPECT_EQ(one.written.size(), 1u) << status;
    one.CompleteFinish(true);
    one.Done(false);
    EXPECT_TRUE(one.status->ok()) << status;
  }
}

TEST_F(WatchingAResponse, AStatusOfAnotherNameIsAChangeAndNoEnd) {
  Begin();
  Say(Response("thinking"));
  Pass(milliseconds(2200));
  Say(Response("pondering"));
  EXPECT_FALSE(rpc.finishing);
  Pass(milliseconds(2200));
  Say(Response("completed"));
  Finish();
  EXPECT_THAT(Heard(), ElementsAre("RESPONSE_STATUS_OTHER", "RESPONSE_STATUS_OTHER",
                                   "RESPONSE_STATUS_COMPLETED"));
}

TEST_F(WatchingAResponse, TheIntervalIsTheCallersAndHasATenthOfJitter) {
  Begin(seconds(60));
  Say(Response("queued"));
  Pass(milliseconds(53'900));
  EXPECT_EQ(questions(), 1u);
  Pass(milliseconds(12'200));
  EXPECT_EQ(questions(), 2u);
  Say(Response("completed"));
  Finish();
}

TEST_F(WatchingAResponse, TwoFailuresInARowAreOnlyAPause) {
  Begin();
  Say(Response("queued"));
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 2; ++i) {
      Pass(milliseconds(2200));
      Break();
      ASSERT_FALSE(rpc.finishing) << round << " " << i;
    }
    Pass(milliseconds(2200));
    Say(Response("queued"));
  }
  Pass(milliseconds(2200));
  Say(Response("completed"));
  Finish();
  EXPECT_TRUE(rpc.status->ok());
}

TEST_F(WatchingAResponse, TheThirdFailureInARowEndsIt) {
  Begin();
  Say(Response("queued"));
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(rpc.finishing) << i;
    Pass(milliseconds(2200));
    Break();
  }
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_UNREACHABLE");
  EXPECT_EQ(questions(), 4u);
}

TEST_F(WatchingAResponse, AFailureIsCountedOnceItIsNotRepeatedAnyMore) {
  Begin();
  Say(Response("queued"));
  int failed = 0;
  for (; !rpc.finishing && failed < 20; ++failed) {
    Pass(milliseconds(2200));
    Say(R"({"error":{"message":"broken","type":"server_error"}})", 500);
  }
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_EQ(failed, 9) << "three questions, each asked three times";
  EXPECT_EQ(ReasonOf(*rpc.status), "UPSTREAM_ERROR");
}

TEST_F(WatchingAResponse, WhatIsNotThereIsNotAskedForAgain) {
  Begin();
  Say(R"({"error":{"message":"Response with id 'resp_1' not found.","code":null}})", 404);
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_EQ(ReasonOf(*rpc.status), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(questions(), 1u);
}

TEST_F(WatchingAResponse, AnUpstreamThatAsksToBeLeftAloneIs) {
  Begin();
  Say(Response("queued"));
  Pass(milliseconds(2200));
  for (int i = 0; i < 3 && !transfer().over; ++i) {
    http::Headers headers;
    headers.Add("content-type", "application/json");
    headers.Add("retry-after", "90");
    transfer().observer->OnHeaders(429, headers);
    http::FakeTransport::Body(transfer(),
                              R"({"error":{"message":"Rate limit reached","type":"requests"}})");
    http::FakeTransport::End(transfer());
  }
  ASSERT_FALSE(rpc.finishing);
  const size_t asked = questions();
  Pass(seconds(75));
  EXPECT_EQ(questions(), asked);
  Pass(seconds(30));
  ASSERT_EQ(questions(), asked + 1);
  Say(Response("completed"));
  Finish();
}

TEST_F(WatchingAResponse, NothingIsAskedWhileTheCallerDoesNotRead) {
  Begin();
  size_t asked = 0;
  while (asked < questions() && asked < 1000) {  // each answer is a change
    asked = questions();
    http::FakeTransport::Head(transfer(), 200, "application/json");
    http::FakeTransport::Body(transfer(), Response("state " + std::to_string(asked)));
    http::FakeTransport::End(transfer());
    world.Advance(milliseconds(2200));
  }
  ASSERT_LT(asked, 1000u) << "the caller has room for all of them";
  world.Advance(seconds(20));
  EXPECT_EQ(questions(), asked);
  Read();
  world.Advance(milliseconds(2200));
  EXPECT_EQ(questions(), asked + 1);
  Say(Response("completed"));
  Finish();
  EXPECT_EQ(Heard().back(), "RESPONSE_STATUS_COMPLETED");
}

TEST_F(WatchingAResponse, HasHeartbeatsBetweenChanges) {
  Begin(seconds(60));
  Say(Response("queued"));
  Pass(seconds(15));
  Pass(seconds(15));
  EXPECT_THAT(Heard(), ElementsAre("RESPONSE_STATUS_QUEUED", "heartbeat", "heartbeat"));
  rpc.Done(/*cancelled=*/true);
}

TEST_F(WatchingAResponse, EndsAtItsDeadlineWhileItWaits) {
  rpc.deadline = world.clock.WallNow() + seconds(10);
  Begin(seconds(60));
  Say(Response("queued"));
  Pass(seconds(11));
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(WatchingAResponse, EndsAtItsDeadlineWhileItAsks) {
  rpc.deadline = world.clock.WallNow() + seconds(10);
  Begin();
  Pass(seconds(11));
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(WatchingAResponse, ACallerWhoLeavesEndsTheQuestionAndTheWaiting) {
  Begin();
  rpc.Done(/*cancelled=*/true);
  EXPECT_TRUE(transfer().cancelled);
}

TEST_F(WatchingAResponse, ACallerWhoLeavesMeanwhileIsNotAskedFor) {
  Begin();
  Say(Response("queued"));
  rpc.Done(/*cancelled=*/true);
  world.Advance(seconds(60));
  EXPECT_EQ(questions(), 1u);
}

TEST_F(WatchingAResponse, WrongRequestsAreRefusedBeforeAnythingIsSent) {
  Begin(seconds(0));
  Finish();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(questions(), 0u);
}

TEST_F(WatchingAResponse, WithoutAnIdNothingIsSent) {
  Call("WatchResponse", v1::WatchResponseRequest());
  Finish();
  EXPECT_EQ(rpc.status->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(questions(), 0u);
}

TEST_F(Watching, ARunEndsWhenItNeedsItsCaller) {
  v1::WatchRunRequest request;
  request.set_thread_id("thread_1");
  request.set_run_id("run_1");
  Call("WatchRun", request);
  EXPECT_EQ(Line(), "GET /threads/thread_1/runs/run_1");
  EXPECT_THAT(transfer().request.headers, ::testing::Contains("OpenAI-Beta: assistants=v2"));
  Say(R"({"id":"run_1","object":"thread.run","status":"in_progress"})");
  Pass(milliseconds(2200));
  Say(R"({"id":"run_1","object":"thread.run","status":"cancelling"})");
  Pass(milliseconds(2200));
  Say(R"({"id":"run_1","object":"thread.run","status":"requires_action"})");
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_TRUE(rpc.status->ok());
  ASSERT_EQ(rpc.written.size(), 3u);
  EXPECT_EQ(rpc.Written<v1::WatchRunResponse>(2).run().status(), v1::RUN_STATUS_REQUIRES_ACTION);
}

class WatchingAJob : public Watching {
 protected:
  void Begin() {
    v1::WatchFineTuningJobRequest request;
    request.set_job_id("ftjob-1");
    Call("WatchFineTuningJob", request);
  }
  static std::string Job(std::string_view status, int tokens = 0) {
    return R"({"id":"ftjob-1","object":"fine_tuning.job","model":"m","training_file":"file-1",)"
           R"("trained_tokens":)" +
           std::to_string(tokens) + R"(,"status":")" + std::string(status) + "\"}";
  }
  // The youngest first.
  static std::string Events(int youngest, int oldest, bool more = false) {
    std::string json = R"({"object":"list","data":[)";
    for (int i = youngest; i >= oldest; --i) {
      if (i != youngest) json += ',';
      json += R"({"id":"e)" + std::to_string(i) +
              R"(","object":"fine_tuning.job.event","created_at":1,"message":"m"})";
    }
    return json + R"(],"has_more":)" + (more ? "true}" : "false}");
  }
  // The next question of a round.
  void Turn() { Pass(Duration(1)); }
  std::vector<std::string> Heard() {
    std::vector<std::string> heard;
    for (size_t i = 0; i < rpc.written.size(); ++i) {
      const auto message = rpc.Written<v1::WatchFineTuningJobResponse>(i);
      if (message.has_job()) heard.push_back(FineTuningStatus_Name(message.job().status()));
      if (message.has_job_event()) heard.push_back(message.job_event().event_id());
    }
    return heard;
  }
};

TEST_F(WatchingAJob, IsToldWithItsEventsInTheirOrderTheJobLast) {
  Begin();
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1");
  Say(Job("running"));
  Turn();
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1/events?limit=100");
  Say(Events(2, 1));
  Pass(seconds(11));
  Say(Job("running"));
  Turn();
  Say(Events(2, 1));  // nothing new
  Pass(seconds(11));
  Say(Job("running", 70));  // a change that is not its status
  Turn();
  Say(Events(3, 1));
  Pass(seconds(11));
  Say(Job("succeeded", 70));
  Turn();
  Say(Events(5, 1));
  ASSERT_TRUE(rpc.finishing);
  Finish();
  EXPECT_TRUE(rpc.status->ok());
  EXPECT_THAT(Heard(), ElementsAre("e1", "e2", "FINE_TUNING_STATUS_RUNNING", "e3",
                                   "FINE_TUNING_STATUS_RUNNING", "e4", "e5",
                                   "FINE_TUNING_STATUS_SUCCEEDED"));
}

TEST_F(WatchingAJob, EventsOfSeveralPagesAreAskedForUntilTheLastKnownOne) {
  Begin();
  Say(Job("running"));
  Turn();
  Say(Events(9, 6, /*more=*/true));
  Turn();
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1/events?limit=100&after=e6");
  Say(Events(5, 3));
  Pass(seconds(11));
  Say(Job("running"));
  Turn();
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1/events?limit=100");
  Say(Events(11, 9, /*more=*/true));
  Pass(seconds(11));
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1") << "what is older is known";
  EXPECT_THAT(Heard(), ElementsAre("e3", "e4", "e5", "e6", "e7", "e8", "e9",
                                   "FINE_TUNING_STATUS_RUNNING", "e10", "e11"));
  rpc.Done(/*cancelled=*/true);
}

TEST_F(WatchingAJob, MoreThanTenPagesAtOnceAreCut) {
  Begin();
  Say(Job("running"));
  for (int page = 0; page < 10; ++page) {
    Turn();
    ASSERT_THAT(Line(), ::testing::HasSubstr("/events")) << page;
    Say(Events(1000 - page * 2, 999 - page * 2, /*more=*/true));
  }
  EXPECT_EQ(Heard().size(), 21u);
  EXPECT_EQ(Heard().front(), "e981");
  EXPECT_EQ(Heard().back(), "FINE_TUNING_STATUS_RUNNING");
  rpc.Done(/*cancelled=*/true);
}

TEST_F(WatchingAJob, ARoundThatFailsIsAskedAgainAndToldOnce) {
  Begin();
  Say(Job("running"));
  Turn();
  Say(Events(9, 6, /*more=*/true));
  Turn();
  Break();
  Pass(seconds(11));
  EXPECT_EQ(Line(), "GET /fine_tuning/jobs/ftjob-1");
  Say(Job("failed"));
  Turn();
  Say(Events(9, 6));
  Finish();
  EXPECT_THAT(Heard(), ElementsAre("e6", "e7", "e8", "e9", "FINE_TUNING_STATUS_FAILED"));
  EXPECT_TRUE(rpc.status->ok());
}

}  // namespace
}  // namespace inferwire::rpc
