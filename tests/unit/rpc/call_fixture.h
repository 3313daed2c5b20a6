// Everything a call needs, with the clock, the upstream and the caller in the test's hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "catalogue/catalogue.h"
#include "fake_transport.h"
#include "fake_wire.h"
#include "inferwire/v1/chat_service.pb.h"
#include "inferwire/v1/raw_service.pb.h"
#include "policy/chain.h"
#include "policy/concurrency/concurrency.h"
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
  void Write(std::string_view line) override;

 private:
  std::vector<std::string>& lines_;
};

// As the server registers it; there is one method of each name.
const EndpointSpec& DescriptionOf(std::string_view method);

class World {
 public:
  explicit World(uint64_t seed = 1, upstream::UpstreamOptions upstream = {},
                 std::shared_ptr<upstream::UpstreamKey> key = nullptr);
  ~World();

  // A call of this endpoint arrives.
  void Serve(const Endpoint& endpoint, FakeRpc& rpc);
  void Serve(const Endpoint& endpoint, FakeRpc& rpc, const Message& request);
  void Complete(FakeRpc& rpc, const v1::CompleteRequest& request) { Serve(complete, rpc, request); }
  void Stream(FakeRpc& rpc, const v1::StreamCompleteRequest& request) {
    Serve(stream, rpc, request);
  }
  void Invoke(FakeRpc& rpc, const v1::InvokeRequest& request) { Serve(invoke, rpc, request); }
  void StreamInvoke(FakeRpc& rpc, const v1::StreamInvokeRequest& request) {
    Serve(stream_invoke, rpc, request);
  }
  void Many(FakeRpc& rpc) { Serve(many, rpc); }
  void Advance(Duration duration);

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
  IdempotentCalls idempotent;
  ClientRetries client_retries;
  catalogue::Snapshot models;  // one with a price: 2 USD per million tokens in, 8 out
  std::shared_ptr<const CallServices> services;

  const Endpoint complete, stream, many, invoke, stream_invoke;
};

v1::ChatCompletionParams Hello();

// Of an upstream's stream, and its whole answer.
std::string Chunk(std::string_view text);
std::string LastChunk();
std::string Answer(std::string_view text);

}  // namespace inferwire::rpc
