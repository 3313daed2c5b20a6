// What the admin page is told of calls: the last ones, and the last minutes.
#include "telemetry/shown_calls.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "support/manual_clock.h"

namespace inferwire::telemetry {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

CallRecord Ended(std::string_view model) {
  CallRecord call;
  call.request_id = "0af7", call.method = "Complete", call.model = model;
  call.upstream = "openai", call.peer = "ipv4:10.0.0.7:1", call.caller = "acme";
  call.attempts = 1, call.duration = milliseconds(250), call.overhead = milliseconds(1);
  call.first_byte = milliseconds(200), call.output_tokens = 20, call.cost_picousd = 7000;
  return call;
}

CallRecord Failed(Origin origin) {
  CallRecord call = Ended("gpt-5");
  call.code = Code::kUnavailable, call.reason = v1::ERROR_REASON_STREAM_TRUNCATED;
  call.origin = origin;
  return call;
}

class RecentCallsTest : public testing::Test {
 protected:
  void Add(const CallRecord& call) { recent.Add(call, clock.Now()); }
  std::vector<json> Calls() const {
    std::vector<json> calls;
    for (const std::string& line : recent.Lines(clock)) calls.push_back(json::parse(line));
    return calls;
  }

  ManualClock clock;
  RecentCalls recent;
};

TEST_F(RecentCallsTest, SaysWhatTheLogSaysAndWhenTheCallEnded) {
  EXPECT_THAT(Calls(), IsEmpty());
  Add(Ended("gpt-4.1-mini"));
  clock.Advance(seconds(5));
  ASSERT_THAT(Calls(), SizeIs(1));
  const json call = Calls()[0];
  EXPECT_EQ(call["time"], "2019-12-20T00:00:00.000Z");
  EXPECT_EQ(call["model"], "gpt-4.1-mini");
  EXPECT_EQ(call["caller"], "acme");
  EXPECT_EQ(call["code"], "OK");
  EXPECT_EQ(call["first_byte_s"], 0.2);
  EXPECT_EQ(call["cost_picousd"], 7000);
}

TEST_F(RecentCallsTest, KeepsTheLastOnesTheNewestFirst) {
  for (int i = 0; i < 120; ++i) Add(Ended("model-" + std::to_string(i)));
  const auto calls = Calls();
  ASSERT_THAT(calls, SizeIs(kRecentCalls));
  EXPECT_EQ(calls.front()["model"], "model-119");
  EXPECT_EQ(calls.back()["model"], "model-70");
}

TEST_F(RecentCallsTest, KeepsNoWordsOfTheCallersAndNoLongNames) {
  CallRecord call = Ended(std::string(10'000, 'a') + "Why is the sky blue?");
  call.client_request_id = "my secret", call.trace_id = "4bf9";
  Add(call);
  const json kept = Calls()[0];
  EXPECT_EQ(kept["model"], std::string(kRecentNameBytes, 'a'));
  EXPECT_FALSE(kept.contains("client_request_id"));
  EXPECT_FALSE(kept.contains("trace_id"));
}

TEST_F(RecentCallsTest, CutsNamesAtACharacter) {
  Add(Ended(std::string(kRecentNameBytes - 1, 'a') + "ü"));
  EXPECT_EQ(Calls()[0]["model"], std::string(kRecentNameBytes - 1, 'a'));
  Add(Ended("\xff\xfe\"</script>\n"));
  EXPECT_EQ(Calls()[0]["model"], "��\"</script>\n");
}

TEST_F(RecentCallsTest, IsReadWhileManyCallsEnd) {
  std::vector<std::thread> loops;
  for (int loop = 0; loop < 3; ++loop) {
    loops.emplace_back([this] {
      for (int i = 0; i < 2000; ++i) Add(Ended("gpt-4.1-mini"));
    });
  }
  for (int i = 0; i < 50; ++i) {
    for (const json& call : Calls()) EXPECT_EQ(call["model"], "gpt-4.1-mini");
  }
  for (std::thread& loop : loops) loop.join();
  Add(Ended("the last one"));
  EXPECT_EQ(Calls()[0]["model"], "the last one");
}

class CallHistoryTest : public testing::Test {
 protected:
  void Add(const CallRecord& call) { history.Add(call, clock.Now()); }
  std::vector<HistoryPoint> Points() const { return history.Read(clock.Now()); }
  std::vector<int64_t> Calls() const {
    std::vector<int64_t> calls;
    for (const HistoryPoint& point : Points()) calls.push_back(point.calls);
    return calls;
  }

  ManualClock clock;
  CallHistory history{clock.Now()};
};

TEST_F(CallHistoryTest, ShowsStepsThatAreOver) {
  Add(Ended("a"));
  EXPECT_THAT(Calls(), IsEmpty());
  clock.Advance(kHistoryStep);
  Add(Ended("a"));
  Add(Ended("a"));
  EXPECT_THAT(Calls(), ElementsAre(1));
  clock.Advance(2 * kHistoryStep);
  EXPECT_THAT(Calls(), ElementsAre(1, 2, 0));
  EXPECT_EQ(Points()[1].output_tokens, 40);
  EXPECT_EQ(Points()[1].cost_picousd, 14'000);
  EXPECT_FALSE(Points()[2].median);
}

TEST_F(CallHistoryTest, CountsFaultsOfTheGatewayAndOfUpstreamsAlone) {
  for (const Origin origin :
       {Origin::kCaller, Origin::kGateway, Origin::kUpstream, Origin::kCancelled}) {
    Add(Failed(origin));
  }
  clock.Advance(kHistoryStep);
  EXPECT_EQ(Points()[0].calls, 4);
  EXPECT_EQ(Points()[0].failed, 2);
}

TEST_F(CallHistoryTest, ForgetsWhatIsOlderThanItsSteps) {
  for (size_t i = 0; i < 3 * kHistorySteps; ++i) {
    for (size_t call = 0; call <= i / kHistorySteps; ++call) Add(Ended("a"));
    clock.Advance(kHistoryStep);
  }
  EXPECT_THAT(Calls(), SizeIs(kHistorySteps));
  EXPECT_THAT(Calls(), Each(3));
  clock.Advance(kHistorySteps * kHistoryStep);
  EXPECT_THAT(Calls(), Each(0)) << "nothing ended since";
}

TEST_F(CallHistoryTest, KnowsTimesToAnEighth) {
  for (int i = 1; i <= 100; ++i) {
    CallRecord call = Ended("a");
    call.duration = milliseconds(10 * i);
    Add(call);
  }
  CallRecord waits_for_news = Ended("a");
  waits_for_news.overhead.reset(), waits_for_news.duration = seconds(3600);
  Add(waits_for_news);
  CallRecord asked_nobody = Ended("a");
  asked_nobody.attempts = 0, asked_nobody.duration = {};
  Add(asked_nobody);
  clock.Advance(kHistoryStep);
  const auto seconds_of = [](Duration time) { return std::chrono::duration<double>(time).count(); };
  EXPECT_NEAR(seconds_of(*Points()[0].median), 0.5, 0.0625);
  EXPECT_NEAR(seconds_of(*Points()[0].p95), 0.95, 0.119);
}

TEST_F(CallHistoryTest, HasAPlaceForEveryTime) {
  for (const Duration time : {Duration(-1), Duration(0), Duration(1), Duration::max()}) {
    CallRecord call = Ended("a");
    call.duration = time;
    Add(call);
  }
  clock.Advance(kHistoryStep);
  EXPECT_GT(*Points()[0].p95, seconds(3600));
}

TEST_F(CallHistoryTest, LosesNoneOfManyThatEndAtOnce) {
  clock.Advance(kHistoryStep);
  std::vector<std::thread> loops;
  for (int loop = 0; loop < 3; ++loop) {
    loops.emplace_back([this] {
      for (int i = 0; i < 1000; ++i) Add(Ended("a"));
    });
  }
  for (std::thread& loop : loops) loop.join();
  clock.Advance(kHistoryStep);
  EXPECT_THAT(Calls(), ElementsAre(0, 3000));
}

}  // namespace
}  // namespace inferwire::telemetry
