// Everything a call needs, with the clock, the upstream and the caller in the test's hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/timers.h"
#include "config_raw.h"
#include "fake_transport.h"
#include "fake_wire.h"
#include "llmgate/v1/chat_service.pb.h"
#include "openai/chat.h"
#include "policy/chain.h"
#include "policy/concurrency.h"
#include "policy/deadline.h"
#include "rpc/call.h"
#include "rpc/endpoint.h"
#include "rpc/many_call.h"
#include "rpc/single_call.h"
#include "support/manual_clock.h"

namespace llmgate::rpc {

class NullSink final : public LogSink {
 public:
  void Write(std::string_view) override {}
};

class World {
 public:
  explicit World(uint64_t seed = 1, openai::UpstreamOptions upstream = {})
      : timers(clock),
        random(seed),
        log({LogLevel::kOff, false}, clock, std::make_unique<NullSink>()),
        policies(Policies(clock, in_flight)),
        routes(MakeRoutes(metrics, std::move(upstream))),
        services(std::make_shared<const CallServices>(CallServices{
            {transport, timers, random, metrics, routes, answer_limits, chunk_message, mailbox},
            policies,
            log,
            limits,
            live,
            &memory})) {}

  // The caller's request arrives.
  void Complete(FakeRpc& rpc, const v1::CompleteRequest& request) {
    rpc.request = Serialize(request);
    SingleCall::Serve(services, complete, std::make_unique<FakeWire>(rpc));
  }
  void Stream(FakeRpc& rpc, const v1::StreamCompleteRequest& request) {
    rpc.request = Serialize(request);
    SingleCall::Serve(services, stream, std::make_unique<FakeWire>(rpc));
  }
  void Many(FakeRpc& rpc) { ManyCall::Serve(services, many, std::make_unique<FakeWire>(rpc)); }
  void Advance(Duration duration) {
    clock.Advance(duration);
    timers.FireDue();
  }

  ManualClock clock;
  Timers timers;
  Random random;
  Metrics metrics;
  Log log;
  http::FakeTransport transport;
  openai::AnswerLimits answer_limits;
  CallLimits limits;
  const std::shared_ptr<policy::Concurrency::Count> in_flight =
      std::make_shared<policy::Concurrency::Count>();
  policy::Chain policies;
  openai::Routes routes;
  v1::StreamCompleteResponse chunk_message;
  Mailbox mailbox{[] {}};
  std::unordered_set<Call*> live;
  MemoryBudget memory{1 << 30};
  std::shared_ptr<const CallServices> services;

  const Endpoint complete{
      "llmgate.v1.ChatService",
      "Complete",
      "unary",
      "chat",
      false,
      metrics.Rpc("unary", "llmgate.v1.ChatService", "Complete"),
      metrics.Operation("chat"),
      [](google::protobuf::Arena* arena) -> google::protobuf::Message* {
        return google::protobuf::Arena::CreateMessage<v1::CompleteRequest>(arena);
      },
      [](const google::protobuf::Message&) -> std::string_view { return ""; },
      [](google::protobuf::Message& message, const openai::Runtime& runtime,
         const openai::CallContext& context, openai::Operation::Sink& sink) {
        auto& request = static_cast<v1::CompleteRequest&>(message);
        return openai::NewChatCompletion(*request.mutable_params(), request.options(), runtime,
                                         context, sink);
      }};
  const Endpoint stream{
      "llmgate.v1.ChatService",
      "StreamComplete",
      "server_stream",
      "chat",
      true,
      metrics.Rpc("server_stream", "llmgate.v1.ChatService", "StreamComplete"),
      metrics.Operation("chat"),
      [](google::protobuf::Arena* arena) -> google::protobuf::Message* {
        return google::protobuf::Arena::CreateMessage<v1::StreamCompleteRequest>(arena);
      },
      [](const google::protobuf::Message&) -> std::string_view { return ""; },
      [](google::protobuf::Message& message, const openai::Runtime& runtime,
         const openai::CallContext& context, openai::Operation::Sink& sink) {
        auto& request = static_cast<v1::StreamCompleteRequest&>(message);
        return openai::NewChatStream(*request.mutable_params(), request.options(), request.stream(),
                                     runtime, context, sink);
      }};
  const Endpoint many{"llmgate.v1.ChatService",
                      "CompleteMany",
                      "bidi_stream",
                      "chat",
                      true,
                      metrics.Rpc("bidi_stream", "llmgate.v1.ChatService", "CompleteMany"),
                      metrics.Operation("chat"),
                      {},
                      {},
                      {}};

 private:
  static policy::Chain Policies(const Clock& clock,
                                std::shared_ptr<policy::Concurrency::Count> in_flight) {
    std::vector<std::unique_ptr<policy::Policy>> policies;
    policies.push_back(std::make_unique<policy::Concurrency>(1000, std::move(in_flight)));
    policies.push_back(std::make_unique<policy::Deadlines>(policy::Deadlines::Limits{}, clock));
    return policy::Chain(std::move(policies));
  }
  static openai::Routes MakeRoutes(Metrics& metrics, openai::UpstreamOptions options) {
    options.name = "fake";
    if (options.base_url.empty()) options.base_url = "http://upstream/v1";
    openai::Routes routes;
    routes.Add(std::make_unique<const openai::Upstream>(std::move(options), nullptr, metrics),
               {"*"}, {{"fast", "gpt-4.1-mini"}}, true);
    return routes;
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

}  // namespace llmgate::rpc
