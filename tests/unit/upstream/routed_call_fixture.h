// A request and the upstreams it may go to, with the clock, the network and its reader in the
// test's hand.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../rpc/fake_transport.h"
#include "base/mailbox.h"
#include "base/random.h"
#include "base/timers.h"
#include "catalogue/catalogue.h"
#include "limits/limit_maker.h"
#include "routing/board.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "upstream/hedging.h"
#include "upstream/router.h"
#include "upstream/upstream_call.h"

namespace inferwire::upstream {

struct PlayedTarget {
  std::string upstream;  // its model there is "model-" and this
  size_t keys = 1;       // named upstream0, upstream1, ...; several are a pool
  bool billed = true;
  std::optional<int64_t> window{};
  int group = 1;
  std::vector<std::string> tags{};
  std::vector<std::string> endpoints{};  // none: the URL's
  routing::Strategy balance = routing::Strategy::kLeastInFlight;
  int limit = 0;  // of each endpoint
  int queue = 64;
  std::optional<int64_t> rpm{}, tpm{};  // of each key
};

// Whoever asked: notes what it hears.
class Reader final : public UpstreamCall::Observer {
 public:
  void OnNewAttempt(const Destination& to) override {
    EXPECT_FALSE(output) << "an attempt after output";
    body.clear();
    destination = to.upstream->name();
  }
  void OnAttemptFailed(const Error& error) override { failures.push_back(error.reason); }
  void OnEndBeside(const AttemptBeside& other) override { beside.push_back(other.reason); }
  void OnHead(int, const http::Headers&) override {}
  bool OnBody(std::string_view bytes) override {
    EXPECT_FALSE(ended);
    if (is_full) return false;
    body += bytes;
    if (takes_output && !std::exchange(output, true)) call->MarkOutput();
    return true;
  }
  void OnEnd(std::optional<Error> why) override {
    EXPECT_FALSE(ended) << "two ends";
    if (!why && fault && call->TryAgain(*std::exchange(fault, std::nullopt))) return;
    ended = true;
    error = std::move(why);
  }

  UpstreamCall* call = nullptr;
  bool takes_output = false;   // bytes are output at once, as a stream's are
  bool is_full = false;        // it takes nothing now
  std::optional<Error> fault;  // what it finds in the next complete answer
  std::string body, destination;
  std::vector<v1::ErrorReason> failures, beside;
  bool output = false, ended = false;
  std::optional<Error> error;
};

// One call with all that is about it.
struct PlayedCall {
  PlayedCall();
  ~PlayedCall();

  gateway::CallStats stats;
  Reader reader;
  std::unique_ptr<UpstreamCall> call;
};

class RoutedWorld {
 public:
  // Everything goes by one route, "r"; rules are the route's.
  explicit RoutedWorld(const std::vector<PlayedTarget>& targets, Route rules = {},
                       uint64_t seed = 1, telemetry::Metrics* shared = nullptr);
  ~RoutedWorld();

  // By the route, or to its first target alone as a model without a route goes.
  std::unique_ptr<PlayedCall> Begin(routing::Resend resend, bool routed = true,
                                    Duration time = std::chrono::seconds(60));

  void Advance(Duration duration) {
    clock.Advance(duration);
    while (timers.FireDue()) {
    }
  }
  http::PlayedTransfer& last() { return *transport.transfers.back(); }
  size_t sent() const { return transport.transfers.size(); }
  // Whom a transfer went to, and with which key: "a", "a/a1".
  static std::string SentTo(const http::PlayedTransfer& transfer) {
    const std::string& url = transfer.request.url;
    const size_t begin = url.find("//") + 2;
    return url.substr(begin, url.find('/', begin) - begin);
  }
  static std::string KeyOf(const http::PlayedTransfer& transfer) {
    for (const std::string& header : transfer.request.headers) {
      constexpr std::string_view kBearer = "Authorization: Bearer secret-";
      if (header.starts_with(kBearer)) return header.substr(kBearer.size());
    }
    return {};
  }
  static void Head(http::PlayedTransfer& transfer, int status,
                   const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    http::Headers all;
    all.Add("content-type", "application/json");
    for (const auto& [name, value] : headers) all.Add(name, value);
    transfer.observer->OnHeaders(status, all);
  }
  // A whole answer.
  static void Answer(http::PlayedTransfer& transfer, int status, std::string_view body,
                     const std::vector<std::pair<std::string, std::string>>& headers = {}) {
    Head(transfer, status, headers);
    if (!transfer.over && !body.empty()) http::FakeTransport::Body(transfer, body);
    if (!transfer.over) http::FakeTransport::End(transfer);
  }

  const Upstream& upstream(std::string_view name) const { return *router.Find(name); }
  routing::PlaceState& endpoint(std::string_view name) const { return upstream(name).endpoint(); }
  routing::PlaceState& model(const std::string& name) {
    return *board.Model(name, "model-" + name, {});
  }
  int in_flight() {
    int sum = 0;
    for (const Target& target : router.RouteOf("r")->targets) {
      sum += target.state->in_flight();
      for (const auto& each : *target.upstream->endpoints()) sum += each->state->in_flight();
    }
    return sum;
  }
  static std::string HeadOf(const Destination& to) { return "\"model\":\"" + to.model + "\","; }
  static std::string PathOf(const Destination& to) { return "/" + to.model; }
  static constexpr std::string_view kRest = R"("messages":[{"role":"user","content":"Hello"}]})";

  ManualClock clock;
  Timers timers{clock};
  Random random;
  const std::unique_ptr<telemetry::Metrics> own_metrics;
  telemetry::Metrics& metrics;  // making them takes longer than a call
  http::FakeTransport transport;
  limits::MeterTable meters;
  routing::Board board{clock};
  catalogue::Snapshot models;
  Router router;
  AnswerLimits limits;
  v1::StreamCompleteResponse chunk;
  Mailbox mailbox{[] {}};
  Preferences preferences;
  uint64_t affinity = 0;  // of the next call's conversation
  int64_t tokens = 0;     // that the next call will cost
  bool hedge = false;     // the next call asks for one
  int previous_attempts = 0;
  bool busy = false;
  gateway::MemoryBudget memory{1 << 20};
  Hedging hedging{[this] { return busy; }, &memory};
  std::string rest{kRest};  // of the next call's body
  Runtime runtime{transport, timers, random, RuntimeMetrics(metrics),
                  router,    limits, chunk,  mailbox};

 private:
  std::unique_ptr<const Upstream> NewUpstream(const PlayedTarget& target);
  std::shared_ptr<const KeyLimits> LimitsOf(const PlayedTarget& target, const std::string& key);

  const size_t targets_;
};

}  // namespace inferwire::upstream
