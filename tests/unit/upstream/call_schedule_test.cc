// Calls through random routes, outcomes, times, cancels and deadlines. Whatever the order: one
// attempt at a time, or two where both have opted in to a hedge, none after output, after the end
// or after the deadline, none that the proof does not allow, and every one that began has left its
// places.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "routed_call_fixture.h"

namespace inferwire::upstream {
namespace {

using namespace std::chrono_literals;
using routing::Resend;

constexpr int kStatuses[] = {200, 200, 200, 400, 401, 403, 404, 408, 409,
                             429, 429, 500, 502, 503, 503, 521, 529};
constexpr std::string_view kTag = "eu";

class Schedule {
 public:
  Schedule(uint64_t seed, telemetry::Metrics& metrics)
      : engine_(seed),
        targets_(RandomTargets()),
        resend_(static_cast<Resend>(Pick(3))),
        rules_(RandomRules()),
        world_(targets_, rules_, seed, &metrics) {}

  void Run() {
    if (is_tagged_) world_.preferences.require_tags = {std::string(kTag)};
    if (Pick(8) == 0) world_.preferences.fallback = false;
    is_routed_ = Pick(6) != 0;
    world_.hedge = Pick(3) != 0;
    // A call before it leaves breakers, cool-downs and refused keys behind.
    for (uint64_t calls = 1 + Pick(3); calls > 0; --calls) OneCall();
  }

 private:
  uint64_t Pick(uint64_t below) { return engine_() % below; }

  std::vector<PlayedTarget> RandomTargets() {
    is_tagged_ = Pick(4) == 0;
    std::vector<PlayedTarget> targets(1 + Pick(4));
    for (size_t i = 0; i < targets.size(); ++i) {
      targets[i].upstream = std::string(1, static_cast<char>('a' + i));
      targets[i].keys = 1 + Pick(3);
      targets[i].billed = Pick(4) != 0;
      targets[i].group = static_cast<int>(1 + Pick(2));
      if (Pick(4) == 0) targets[i].endpoints = {"10.0.0.1:80", "10.0.0.2:80"};
      if (Pick(4) == 0) targets[i].window = 1000 * (1 + Pick(2));
      if (i == 0 || Pick(2) == 0) targets[i].tags = {std::string(kTag)};
    }
    return targets;
  }
  Route RandomRules() {
    Route rules;
    rules.max_attempts = static_cast<int>(1 + Pick(4));
    rules.also_on_content_filter = Pick(4) == 0;
    if (Pick(2) == 0) {
      rules.hedge = {.after = std::chrono::milliseconds(1 + Pick(5'000)), .most = 100};
    }
    return rules;
  }

  void OneCall() {
    heads_.clear();
    answers_.clear();
    delivers_.clear();
    first_sent_ = world_.sent();
    is_cancelled_ = false;
    const Duration time = std::chrono::milliseconds(200 + Pick(60'000));
    deadline_ = world_.timers.Now() + time;
    played_ = world_.Begin(resend_, is_routed_, time);
    if (!played_->call) return;  // no target
    Check();
    played_->reader.takes_output = Pick(3) == 0;
    for (int step = 0; step < 60 && !IsOver(); ++step) Step();
    if (!IsOver()) Cancel();
    CheckEnd();
  }
  bool IsOver() const { return is_cancelled_ || played_->reader.ended; }

  void Step() {
    const uint64_t what = Pick(24);
    if (what == 0 && Pick(4) == 0) {
      Cancel();
    } else if (what < 6 || world_.transport.running() == 0) {
      Wait();
    } else if (what == 6) {
      played_->reader.is_full = !played_->reader.is_full;
      if (!played_->reader.is_full) played_->call->Resume();
    } else {
      Play(AnyRunning());
    }
    Check();
  }

  // One of two, where two run.
  http::PlayedTransfer& AnyRunning() {
    std::vector<http::PlayedTransfer*> running;
    for (size_t i = first_sent_; i < world_.sent(); ++i) {
      http::PlayedTransfer& transfer = *world_.transport.transfers[i];
      if (!transfer.over) running.push_back(&transfer);
    }
    return *running[Pick(running.size())];
  }

  void Wait() {
    const auto due = world_.timers.NextDue();
    const Duration random = std::chrono::milliseconds(Pick(8'000));
    world_.Advance(due && Pick(2) == 0 ? std::max<Duration>(*due - world_.timers.Now(), 0s)
                                       : random);
  }

  void Cancel() {
    played_->call->Cancel();
    is_cancelled_ = true;
    EXPECT_EQ(world_.transport.running(), 0u) << "in the same turn";
  }

  void Play(http::PlayedTransfer& transfer) {
    if (transfer.paused) return;
    if (heads_.insert(&transfer).second) {
      if (Pick(4) == 0) return Break(transfer, /*has_head=*/false);
      return Head(transfer);
    }
    switch (Pick(6)) {
      case 0:
        return Break(transfer, /*has_head=*/true);
      case 1:
      case 2:
        if (answers_.contains(&transfer)) delivers_.insert(&transfer);
        http::FakeTransport::Body(transfer, R"({"error":{"message":"no","type":"t","code":"c"}})");
        return;
      case 3:
        Judge(transfer);
        return;
      default:
        if (Pick(3) == 0) played_->reader.fault = RandomFault();
        return http::FakeTransport::End(transfer);
    }
  }

  void Head(http::PlayedTransfer& transfer) {
    const int status = kStatuses[Pick(std::size(kStatuses))];
    std::vector<std::pair<std::string, std::string>> headers;
    if (Pick(3) == 0) headers.emplace_back("retry-after", std::to_string(Pick(30)));
    if (Pick(12) == 0) headers.emplace_back("x-should-retry", Pick(2) == 0 ? "true" : "false");
    if (Pick(4) == 0) headers.emplace_back("x-ratelimit-limit-requests", "100");
    if (Pick(4) == 0) headers.emplace_back("x-ratelimit-remaining-requests", "7");
    if (status == 200) answers_.insert(&transfer);
    RoutedWorld::Head(transfer, status, headers);
  }

  void Break(http::PlayedTransfer& transfer, bool has_head) {
    http::Outcome outcome;
    outcome.failure = static_cast<http::Failure>(Pick(8));
    outcome.provably_unsent = !has_head && Pick(2) == 0;
    outcome.reused_connection = Pick(2) == 0;
    outcome.bytes_received = has_head ? 10 : 0;
    http::FakeTransport::End(transfer, outcome);
  }

  // What a stream's reader finds while it runs.
  void Judge(http::PlayedTransfer& transfer) {
    if (played_->stats.http_status / 100 != 2 || transfer.over) return;
    const Error fault = RandomFault();
    if (played_->call->TryAgain(fault)) return;
    played_->reader.OnEnd(fault);
    played_->call->Cancel();
  }

  Error RandomFault() {
    constexpr v1::ErrorReason kReasons[] = {
        v1::ERROR_REASON_UPSTREAM_ERROR,          v1::ERROR_REASON_UPSTREAM_PROTOCOL,
        v1::ERROR_REASON_STREAM_TRUNCATED,        v1::ERROR_REASON_CONTENT_POLICY_VIOLATION,
        v1::ERROR_REASON_CONTEXT_LENGTH_EXCEEDED, v1::ERROR_REASON_RESPONSE_TOO_LARGE};
    Error error;
    error.reason = kReasons[Pick(std::size(kReasons))];
    error.reported = Pick(2) == 0;
    return error;
  }

  void Check() {
    const size_t running = world_.transport.running();
    const bool may_hedge = world_.hedge && rules_.hedge && is_routed_;
    EXPECT_LE(running, may_hedge ? 2u : 1u) << "too many attempts at once";
    if (running > 1) {
      for (size_t i = first_sent_; i < world_.sent(); ++i) {
        http::PlayedTransfer* const transfer = world_.transport.transfers[i].get();
        EXPECT_FALSE(!transfer->over && delivers_.contains(transfer)) << "beside another one";
      }
    }
    // Endpoint and model each. Without a route an attempt is made whatever they say, and those that
    // refused do not hear of it.
    const int held = world_.in_flight();
    EXPECT_LE(held, static_cast<int>(2 * running));
    EXPECT_TRUE(!is_routed_ || held == static_cast<int>(2 * running)) << held;
    if (IsOver()) {
      EXPECT_EQ(running, 0u);
    }
    for (; checked_ < world_.sent(); ++checked_) {
      EXPECT_LT(world_.timers.Now(), deadline_) << "begun after the deadline";
      const size_t index =
          static_cast<size_t>(RoutedWorld::SentTo(*world_.transport.transfers[checked_])[0] - 'a');
      EXPECT_TRUE(!is_tagged_ || !is_routed_ || !targets_[index].tags.empty());
    }
  }

  void CheckEnd() {
    const size_t sent = world_.sent();
    world_.Advance(1s);
    EXPECT_EQ(world_.sent(), sent) << "an attempt after the end";
    EXPECT_FALSE(world_.timers.NextDue()) << "a timer outlived its call";
    EXPECT_EQ(world_.transport.wrong_cancels, 0);
    EXPECT_EQ(static_cast<size_t>(played_->stats.attempts), sent - first_sent_);
    Check();
    CheckLog();
    played_.reset();
  }

  void CheckLog() {
    const auto& log = played_->stats.attempt_log;
    int attempts = 0;
    size_t others = 0;
    size_t keys = 0;
    for (const PlayedTarget& target : targets_) keys += target.keys;
    size_t hedges = 0, without_failure = 0;
    for (size_t i = 0; i < log.size(); ++i) {
      if (log[i].cause == "OTHER_KEY") {
        ++others;
      } else {
        ++attempts;
      }
      if (log[i].cause == "HEDGE") ++hedges;
      if (log[i].reason == v1::ERROR_REASON_UNSPECIFIED) ++without_failure;
      // A hedge begins beside what is there; whatever begins later follows it.
      const bool followed = std::any_of(log.begin() + static_cast<std::ptrdiff_t>(i) + 1, log.end(),
                                        [](const auto& each) { return each.cause != "HEDGE"; });
      if (!followed) continue;
      EXPECT_NE(log[i].reason, v1::ERROR_REASON_UNSPECIFIED) << "followed without a failure";
      const size_t index = static_cast<size_t>(log[i].upstream[0] - 'a');
      // What a route lists it asks for again, and pays for.
      if (log[i].reason == v1::ERROR_REASON_CONTENT_POLICY_VIOLATION) continue;
      if (log[i].may_be_billed && targets_[index].billed) {
        EXPECT_NE(resend_, Resend::kRefused) << ReasonName(log[i].reason);
        EXPECT_TRUE(resend_ == Resend::kAnything || !NobodyAnswered(log[i].reason));
      }
    }
    EXPECT_LE(without_failure, 1u) << "two answers";
    EXPECT_LE(hedges, 1u);
    EXPECT_LE(attempts, rules_.max_attempts);
    EXPECT_LE(others, keys);
  }
  static bool NobodyAnswered(v1::ErrorReason reason) {
    return reason == v1::ERROR_REASON_CANCELLED ||
           reason == v1::ERROR_REASON_UPSTREAM_UNREACHABLE ||
           reason == v1::ERROR_REASON_STREAM_TRUNCATED ||
           reason == v1::ERROR_REASON_UPSTREAM_PROTOCOL;
  }

  std::mt19937_64 engine_;
  bool is_tagged_ = false, is_routed_ = true;
  const std::vector<PlayedTarget> targets_;
  const Resend resend_;
  const Route rules_;
  RoutedWorld world_;
  std::unique_ptr<PlayedCall> played_;
  std::set<http::PlayedTransfer*> heads_, answers_, delivers_;
  SteadyTime deadline_;
  size_t first_sent_ = 0, checked_ = 0;
  bool is_cancelled_ = false;
};

TEST(CallSchedules, KeepTheRulesInEveryOrder) {
  constexpr uint64_t kSchedules = 20'000;
  telemetry::Metrics metrics;
  for (uint64_t seed = 1; seed <= kSchedules && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Schedule(seed, metrics).Run();
  }
  // Or not much was tried.
  for (const char* won : {"true", "false"}) {
    const std::string series =
        std::string("inferwire_hedges_total{route=\"r\",won=\"") + won + "\"} ";
    const std::string text = metrics.Expose();
    EXPECT_GT(std::stod(text.substr(text.find(series) + series.size())), 50) << won;
  }
}

}  // namespace
}  // namespace inferwire::upstream
