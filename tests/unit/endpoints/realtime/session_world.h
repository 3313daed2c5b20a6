// A session with the clock, its caller and its upstream in the test's hand.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../rpc/fake_transport.h"
#include "base/mailbox.h"
#include "catalogue/catalogue.h"
#include "endpoints/realtime/session.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "support/manual_clock.h"
#include "telemetry/metrics.h"
#include "telemetry/realtime_metrics.h"
#include "upstream/router.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

using Response = v1::ConnectResponse;

class SessionWorld : public gateway::ClientStream::Observer {
 public:
  explicit SessionWorld(upstream::UpstreamOptions options = {}) {
    options.name = "fake";
    options.resend = routing::Resend::kRefused;
    if (options.base_url.empty()) options.base_url = "http://upstream/v1";
    router.TakeModelInfoFrom(models);
    router.Add(std::make_unique<const upstream::Upstream>(
                   std::move(options), upstream::KeyPool::WithoutKey(nullptr), metrics),
               {"*"}, {{"voice", "gpt-realtime"}}, true);
  }

  // --- The caller's side ---
  void Begin() {
    auto made = NewRealtimeSession(runtime, context(), *this);
    if (!made) {
      End(made.error());
      return;
    }
    session = std::move(*made);
    session->Start();
  }
  void Take(v1::ConnectRequest message) { session->Take(message); }
  void BeginWith(const v1::RealtimeStart& start) {
    Begin();
    v1::ConnectRequest message;
    *message.mutable_start() = start;
    Take(std::move(message));
  }
  void BeginWith(const std::string& model = "gpt-realtime") {
    v1::RealtimeStart start;
    start.set_model(model);
    BeginWith(start);
  }
  void Open() {
    BeginWith();
    Accept();
  }
  void Raw(std::string_view json) {
    v1::ConnectRequest message;
    message.set_raw_json(json.data(), json.size());
    Take(std::move(message));
  }
  gateway::CallContext context() {
    gateway::CallContext context;
    context.request_id = "r1";
    context.deadline = clock.Now() + lasts;
    return context;
  }

  // --- Upstream's side ---
  http::PlayedSocket& socket() { return *transport.sockets.back(); }
  void Accept() { socket().observer->OnOpen({}); }
  bool Say(std::string_view text) { return http::FakeTransport::Message(socket(), text); }
  void Close(uint16_t code, std::string reason = {},
             http::WebSocketEnd::By by = http::WebSocketEnd::By::kClose) {
    socket().observer->OnClosed({by, code, std::move(reason)});
  }

  void Advance(Duration duration) {
    clock.Advance(duration);
    while (timers.FireDue()) {
    }
  }
  const Response& last() const { return said.back(); }
  const Error& error() const { return *end_error; }
  std::string field() const {
    return end_error && !end_error->fields.empty() ? end_error->fields[0].field : "";
  }
  int CountOf(Response::EventCase kind) const {
    int count = 0;
    for (const Response& response : said) count += response.event_case() == kind ? 1 : 0;
    return count;
  }

  ManualClock clock;
  Timers timers{clock};
  Random random{1};
  telemetry::Metrics metrics;
  http::FakeTransport transport;
  upstream::AnswerLimits limits;
  catalogue::Snapshot models{std::make_shared<const catalogue::Catalogue>("r1", Priced())};
  upstream::Router router;
  v1::StreamCompleteResponse chunk;
  Mailbox mailbox{[] {}};
  upstream::Runtime runtime{transport, timers, random, upstream::RuntimeMetrics(metrics),
                            router,    limits, chunk,  mailbox};
  Duration lasts = std::chrono::seconds(3700);
  bool full = false;
  std::vector<Response> said;
  int rooms = 0;
  bool ended = false;
  std::optional<Error> end_error;
  std::unique_ptr<gateway::ClientStream> session;

 private:
  // gateway::ClientStream::Observer
  bool Full() override { return full; }
  void OnMessage(google::protobuf::Message& message) override {
    EXPECT_FALSE(ended);
    said.push_back(static_cast<Response&>(message));
  }
  void OnEnd(std::optional<Error> error) override {
    if (error) return End(*error);
    EXPECT_FALSE(ended);
    ended = true;
  }
  void OnRoom() override { ++rooms; }
  void End(const Error& error) {
    EXPECT_FALSE(ended);
    ended = true;
    end_error = error;
  }

  static std::vector<catalogue::Model> Priced() {
    catalogue::Model model;
    model.id = "gpt-realtime";
    catalogue::TierPrice price;
    price.tier = catalogue::kStandardTier;
    price.input = 4'000'000;
    price.output = 16'000'000;
    model.prices.push_back(price);
    return {model};
  }
};

inline std::string Done(int input, int output, std::string_view details = "") {
  return R"({"type":"response.done","response":{"id":"resp_1","object":"realtime.response",)"
         R"("status":"completed","output":[],"usage":{"total_tokens":)" +
         std::to_string(input + output) + R"(,"input_tokens":)" + std::to_string(input) +
         R"(,"output_tokens":)" + std::to_string(output) + std::string(details) + "}}}";
}

}  // namespace inferwire::endpoints
