// Everything a call needs, with the clock, the upstream and the caller in the test's hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "catalogue/catalogue.h"
#include "config/raw.h"
#include "endpoints/all.h"
#include "fake_transport.h"
#include "fake_wire.h"
#include "inferwire/v1/chat_service.pb.h"
#include "inferwire/v1/raw_service.pb.h"
#include "policy/chain.h"
#include "policy/concurrency/concurrency.h"
#include "policy/deadlines/deadlines.h"
#include "rpc/call.h"
#include "rpc/client_retries.h"
#include "rpc/endpoint.h"
#include "rpc/idempotent_calls.h"
#include "rpc/registry.h"
#include "support/manual_clock.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "upstream/upstream_key.h"

namespace inferwire::rpc {

class KeptLines final : public telemetry::LogSink {
 public:
  explicit KeptLines(std::vector<std::string>& lines) : lines_(lines) {}
  void Write(std::string_view line) override { lines_.emplace_back(line); }

 private:
  std::vector<std::string>& lines_;
};

// As the server registers it; there is one method of each name.
inline const EndpointSpec& DescriptionOf(std::string_view method) {
  static const std::vector<EndpointSpec> all = endpoints::All(/*batches=*/nullptr);
  const auto found = std::ranges::find(all, method, &EndpointSpec::method);
  if (found == all.end()) throw std::out_of_range(std::string(method));
  return *found;
}

class World {
 public:
  explicit World(uint64_t seed = 1, upstream::UpstreamOptions upstream = {},
                 std::shared_ptr<upstream::UpstreamKey> key = nullptr)
      : timers(clock),
        random(seed),
        log({telemetry::LogLevel::kOff, false}, clock, std::make_unique<KeptLines>(log_lines)),
        policies(Policies(clock, in_flight)),
        router(BuildRouter(metrics, std::move(upstream), std::move(key))),
        services(std::make_shared<const CallServices>(
            CallServices{{transport, timers, random, upstream::RuntimeMetrics(metrics), router,
                          answer_limits, chunk_message, mailbox},
                         policies,
                         log,
                         limits,
                         live,
                         &memory,
                         nullptr,
                         nullptr,
                         &idempotent,
                         &client_retries})) {
    router.TakeModelInfoFrom(models);
  }

  // A call of this endpoint arrives.
  void Serve(const Endpoint& endpoint, FakeRpc& rpc) {
    MachineOf(endpoint)(services, endpoint, std::make_unique<FakeWire>(rpc));
  }
  void Serve(const Endpoint& endpoint, FakeRpc& rpc, const Message& request) {
    rpc.request = Serialize(request);
    Serve(endpoint, rpc);
  }
  void Complete(FakeRpc& rpc, const v1::CompleteRequest& request) { Serve(complete, rpc, request); }
  void Stream(FakeRpc& rpc, const v1::StreamCompleteRequest& request) {
    Serve(stream, rpc, request);
  }
  void Invoke(FakeRpc& rpc, const v1::InvokeRequest& request) { Serve(invoke, rpc, request); }
  void StreamInvoke(FakeRpc& rpc, const v1::StreamInvokeRequest& request) {
    Serve(stream_invoke, rpc, request);
  }
  void Many(FakeRpc& rpc) { Serve(many, rpc); }
  void Advance(Duration duration) {
    clock.Advance(duration);
    timers.FireDue();
  }

  ManualClock clock;
  Timers timers;
  Random random;
  telemetry::Metrics metrics;
  std::vector<std::string> log_lines;  // none until log is configured to write some
  telemetry::Log log;
  http::FakeTransport transport;
  upstream::AnswerLimits answer_limits;
  CallLimits limits;
  const std::shared_ptr<policy::Concurrency::Count> in_flight =
      std::make_shared<policy::Concurrency::Count>();
  policy::Chain policies;
  upstream::Router router;
  v1::StreamCompleteResponse chunk_message;
  Mailbox mailbox{[] {}};
  LiveCall::List live;
  gateway::MemoryBudget memory{1 << 30};
  IdempotentCalls idempotent{{}, clock, metrics.Of<telemetry::IdempotentMetrics>()};
  ClientRetries client_retries{metrics.Of<telemetry::ClientRetryMetrics>()};
  // One model with a price: 2 USD per million tokens in, 8 out.
  catalogue::Snapshot models{std::make_shared<const catalogue::Catalogue>("r1", PricedModels())};
  std::shared_ptr<const CallServices> services;

  const Endpoint complete = Real("Complete");
  const Endpoint stream = Real("StreamComplete");
  const Endpoint many = Real("CompleteMany");
  const Endpoint invoke = Real("Invoke");
  const Endpoint stream_invoke = Real("StreamInvoke");

 private:
  Endpoint Real(std::string_view method) { return Endpoint(DescriptionOf(method), metrics); }

  static std::vector<catalogue::Model> PricedModels() {
    catalogue::Model model;
    model.id = "gpt-4.1-mini";
    model.tokenizer = "o200k_base";
    model.context_window = 100'000;
    catalogue::TierPrice price;
    price.tier = catalogue::kStandardTier;
    price.input = 2'000'000;
    price.output = 8'000'000;
    model.prices.push_back(price);
    return {model};
  }
  static policy::Chain Policies(const Clock& clock,
                                std::shared_ptr<policy::Concurrency::Count> in_flight) {
    std::vector<std::unique_ptr<policy::Policy>> policies;
    policies.push_back(std::make_unique<policy::Concurrency>(1000, std::move(in_flight)));
    policies.push_back(std::make_unique<policy::Deadlines>(policy::Deadlines::Limits{}, clock));
    return policy::Chain(std::move(policies));
  }
  static upstream::Router BuildRouter(telemetry::Metrics& metrics,
                                      upstream::UpstreamOptions options, upstream::KeyPool key) {
    options.name = "fake";
    options.resend = routing::Resend::kRefused;  // what fails is to be seen at once
    if (options.base_url.empty()) options.base_url = "http://upstream/v1";
    upstream::Router router;
    router.Add(
        std::make_unique<const upstream::Upstream>(std::move(options), std::move(key), metrics),
        {"*"}, {{"fast", "gpt-4.1-mini"}}, true);
    router.AllowRaw([](std::string_view, std::string_view) { return true; });
    return router;
  }
};

inline v1::ChatCompletionParams Hello() {
  v1::ChatCompletionParams params;
  params.set_model("gpt-4.1-mini");
  auto* message = params.add_messages();
  message->set_role(v1::ROLE_USER);
  message->set_content("Hello");
  return params;
}

inline std::string Chunk(std::string_view text) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[{"index":0,"delta":{"content":")" +
         std::string(text) +
         R"("},"finish_reason":null}]})"
         "\n\n";
}

inline std::string LastChunk() {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
         "\n\n"
         R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)"
         R"("choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}})"
         "\n\n"
         "data: [DONE]\n\n";
}

inline std::string Answer(std::string_view text) {
  return R"({"id":"c1","object":"chat.completion","created":1,"model":"gpt-4.1-mini","choices":)"
         R"([{"index":0,"message":{"role":"assistant","content":")" +
         std::string(text) +
         R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,)"
         R"("total_tokens":5}})";
}

}  // namespace inferwire::rpc
