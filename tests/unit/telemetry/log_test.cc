#include "telemetry/log.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <limits>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "telemetry/log_line.h"

namespace inferwire::telemetry {
namespace {

using nlohmann::ordered_json;
using std::chrono::milliseconds;
using testing::ElementsAre;

class FixedClock final : public Clock {
 public:
  SteadyTime Now() const override { return {}; }
  WallTime WallNow() const override { return WallTime(milliseconds(1'772'593'322'007)); }
};

class Lines final : public LogSink {
 public:
  explicit Lines(std::vector<std::string>& to) : to_(to) {}
  void Write(std::string_view line) override { to_.emplace_back(line); }
  int64_t dropped() const override { return 7; }

 private:
  std::vector<std::string>& to_;
};

class LogTest : public testing::Test {
 protected:
  Log With(Log::Options options) { return Log(options, clock, std::make_unique<Lines>(lines)); }
  ordered_json Only() {
    EXPECT_EQ(lines.size(), 1u);
    return ordered_json::parse(lines.at(0));
  }

  FixedClock clock;
  std::vector<std::string> lines;
};

TEST_F(LogTest, WritesACallAsOneLineOfJson) {
  CallRecord call;
  call.request_id = "0af7", call.client_request_id = "mine", call.method = "chat";
  call.model = "gpt-4.1-mini", call.upstream = "openai", call.peer = "10.0.0.7";
  call.code = Code::kUnavailable, call.reason = v1::ERROR_REASON_STREAM_TRUNCATED;
  call.origin = Origin::kUpstream, call.attempts = 2, call.hedge = "won";
  call.duration = milliseconds(1234), call.overhead = std::chrono::microseconds(56);
  call.upstream_time = milliseconds(1200), call.first_byte = milliseconds(300);
  call.input_tokens = 19, call.output_tokens = 0, call.events = 12;
  call.bytes_received = 2048, call.bytes_sent = 512;

  With({}).Call(call);

  EXPECT_EQ(lines.at(0),
            R"({"time":"2026-03-04T03:02:02.007Z","level":"info","event":"call",)"
            R"("request_id":"0af7","client_request_id":"mine","method":"chat",)"
            R"("model":"gpt-4.1-mini","upstream":"openai","peer":"10.0.0.7",)"
            R"("code":"UNAVAILABLE","reason":"STREAM_TRUNCATED","origin":"upstream",)"
            R"("attempts":2,"hedge":"won","duration_s":1.234000,"overhead_s":0.000056,)"
            R"("upstream_s":1.200000,"first_byte_s":0.300000,"input_tokens":19,)"
            R"("output_tokens":0,"events":12,"bytes_received":2048,"bytes_sent":512})");
}

TEST_F(LogTest, LeavesOutWhatACallDoesNotHave) {
  With({}).Call({.method = "raw"});
  const ordered_json line = Only();
  EXPECT_EQ(line["code"], "OK");
  for (const char* absent : {"request_id", "model", "reason", "origin", "upstream_s",
                             "first_byte_s", "input_tokens", "output_tokens", "events"}) {
    EXPECT_FALSE(line.contains(absent)) << absent;
  }
}

TEST_F(LogTest, WritesEventsWithTypedFields) {
  With({}).Event(LogLevel::kWarning, "fields",
                 {{"text", "a"},
                  {"number", -5},
                  {"real", 0.25},
                  {"truth", true},
                  {"endless", std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(lines.at(0), R"({"time":"2026-03-04T03:02:02.007Z","level":"warning","event":"fields",)"
                         R"("text":"a","number":-5,"real":0.25,"truth":true,"endless":null})");
}

TEST_F(LogTest, EscapesWhatCouldBreakALineOrATerminal) {
  const std::string evil = "a\"b\\c\nd\x1b[31m\x7f\xff\xed\xa0\x80 \xe2\x82\xac \xf0\x9f\x98\x80";
  With({}).Event(LogLevel::kInfo, evil);
  EXPECT_EQ(lines.at(0).find('\n'), std::string::npos);
  EXPECT_EQ(lines.at(0).find('\x1b'), std::string::npos);
  EXPECT_EQ(Only()["event"].get<std::string>(),
            "a\"b\\c\nd\x1b[31m\x7f\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd "
            "\xe2\x82\xac \xf0\x9f\x98\x80");
}

TEST_F(LogTest, CutsEveryStringAtACharacter) {
  const std::string longest(kMaxLogStringBytes, 'x');
  const std::string euro = std::string(kMaxLogStringBytes - 1, 'x') + "\xe2\x82\xac";
  Log log = With({});
  log.Call({.client_request_id = euro, .model = longest + "yz"});
  EXPECT_EQ(Only()["model"], longest);
  EXPECT_EQ(Only()["client_request_id"], std::string(kMaxLogStringBytes - 1, 'x'));
}

TEST_F(LogTest, KeepsItsLevel) {
  Log log = With({.level = LogLevel::kWarning});
  log.Event(LogLevel::kDebug, "debug");
  log.Event(LogLevel::kInfo, "info");
  log.Event(LogLevel::kWarning, "warning");
  log.Event(LogLevel::kError, "error");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(ordered_json::parse(lines[0])["event"], "warning");
  EXPECT_EQ(ordered_json::parse(lines[1])["level"], "error");
  EXPECT_FALSE(log.logs(LogLevel::kInfo));
  EXPECT_TRUE(log.logs_calls());
}

TEST_F(LogTest, SaysNothingWhenOff) {
  Log log = With({.level = LogLevel::kOff});
  log.Event(LogLevel::kError, "error");
  log.Event(LogLevel::kOff, "off");
  log.Call({});
  With({.calls = false}).Call({});
  EXPECT_TRUE(lines.empty());
  EXPECT_FALSE(log.logs_calls());
  EXPECT_EQ(log.dropped(), 7);
}

TEST(UtcText, HasMillisecondsAndKnowsLeapDays) {
  EXPECT_EQ(UtcText(WallTime{}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(UtcText(WallTime(std::chrono::seconds(1'709'251'199)) + milliseconds(999)),
            "2024-02-29T23:59:59.999Z");
}

// A stream buffer whose writer is stuck until it is let go.
class Gate final : public std::stringbuf {
 public:
  void WaitUntilStuck() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stuck_; });
  }
  void Open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    std::unique_lock lock(mutex_);
    stuck_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_; });
    return std::stringbuf::xsputn(text, size);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stuck_ = false, open_ = false;
};

TEST(AsyncSink, WritesEveryLineBeforeItGoes) {
  std::ostringstream out;
  {
    const auto sink = AsyncSink(out);
    for (int i = 0; i < 1000; ++i) sink->Write("line {} %v");
    EXPECT_EQ(sink->dropped(), 0);
  }
  std::istringstream in(out.str());
  int count = 0;
  for (std::string line; std::getline(in, line); ++count) EXPECT_EQ(line, "line {} %v");
  EXPECT_EQ(count, 1000);
}

TEST(AsyncSink, DropsAndCountsTheOldestWhenItsReaderIsStuck) {
  Gate gate;
  std::ostream out(&gate);
  auto sink = AsyncSink(out, 2);
  sink->Write("being written");
  gate.WaitUntilStuck();
  for (const char* line : {"old", "older", "new", "newest"}) sink->Write(line);
  EXPECT_EQ(sink->dropped(), 2);
  gate.Open();
  sink.reset();
  EXPECT_EQ(gate.str(), "being written\nnew\nnewest\n");
}

}  // namespace
}  // namespace inferwire::telemetry
