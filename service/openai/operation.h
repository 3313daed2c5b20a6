// One request of a caller on its way through an upstream, whatever the endpoint. It runs on one
// loop; the three call machines of rpc/ know nothing else of openai/.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mailbox.h"
#include "base/memory_budget.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "base/timers.h"
#include "base/tracer.h"
#include "codec/json_gate.h"
#include "http/transport.h"
#include "inferwire/v1/chat_service.pb.h"
#include "openai/routes.h"

namespace inferwire::openai {

class Ownership;

// What upstream may send us at most, and what its JSON must keep to.
struct AnswerLimits {
  size_t body_bytes = 32u << 20;
  size_t event_bytes = 24u << 20;
  size_t stream_bytes = 64u << 20;
  size_t file_bytes = 1u << 30;  // of one file, in either direction
  codec::JsonLimits json;
};

// What a loop lends to the operations that run on it.
struct Runtime {
  http::Transport& transport;
  Timers& timers;
  Random& random;
  Metrics& metrics;
  const Routes& routes;
  const AnswerLimits& limits;
  // For the chunk in hand, whichever stream's it is: one for all stays in the cache.
  v1::StreamCompleteResponse& chunk_message;
  // Of the loop: where other threads leave what an operation asked them for.
  Mailbox& mailbox;
  Tracer* tracer = nullptr;  // null: nobody takes spans
  // Null: callers prove nothing, and what lies at the upstreams is everybody's.
  Ownership* ownership = nullptr;
};

// What is known of the call that an operation works for.
struct CallContext {
  std::string request_id;
  SteadyTime deadline;
  std::string owner{};  // who the caller proved to be; empty where callers prove nothing
  const TraceContext* trace = nullptr;  // of the call, which outlives the operation
  CallMemory* memory = nullptr;         // as trace; null: nobody counts
};

// Of a failed operation whose work the upstream may bill all the same.
struct MaybeBilled {
  std::string_view why;            // how it failed, a literal; empty: it is not billed
  std::optional<int64_t> picousd;  // unset: not priced
  std::string_view estimate_of;    // INPUT, OUTPUT or INPUT_AND_OUTPUT; empty: as reported
  bool by_bytes = false;           // the input was too long to be counted
  std::optional<int64_t> input_tokens, output_tokens;  // reported or estimated
};

// What an operation did; grows while it runs.
struct Report {
  std::string_view operation;  // chat, raw; a literal
  std::string request_id, client_request_id;
  std::string upstream, model;  // empty until routed
  std::string upstream_request_id;
  int attempts = 0;
  bool reached_upstream = false;  // a byte of the request may have
  int http_status = 0;
  Duration upstream_time{};
  // While the upstream has the request, or is about to get it again.
  std::optional<SteadyTime> upstream_since;
  std::optional<Duration> first_byte;
  std::optional<int64_t> input_tokens, output_tokens;
  std::optional<int64_t> cost_picousd;  // unset: no answer, or not priced
  MaybeBilled maybe_billed;
  int64_t events = 0;
  int64_t bytes_sent = 0, bytes_received = 0;
  bool finished = false;  // upstream's answer came to its proper end

  // Whether it is over or not.
  Duration UpstreamTime(SteadyTime now) const {
    return upstream_time + (upstream_since ? now - *upstream_since : Duration::zero());
  }
};

class Operation {
 public:
  // The call's side. It does not destroy the operation from within these functions.
  class Sink {
   public:
    virtual ~Sink() = default;
    // True while it takes no more messages; Resume follows.
    virtual bool Full() = 0;
    // Where a call's only message is best made; null: nowhere better than on the heap.
    virtual google::protobuf::Arena* arena() { return nullptr; }
    // The message is lent for the time of the call, and may be emptied.
    virtual void OnMessage(google::protobuf::Message& message) = 0;
    // Once, last: nothing, or why there is no complete answer.
    virtual void OnEnd(std::optional<Error> error) = 0;
  };

  // Stops whatever runs; the upstream's connection is closed at once.
  virtual ~Operation() = default;
  // May reach OnEnd before it returns.
  virtual void Start() = 0;
  virtual void Resume() = 0;
  // Stops whatever runs, for this reason; no event follows. What is known of it by then, and what
  // it may cost, is in the report.
  virtual void Abandon(v1::ErrorReason) {}
  virtual const Report& report() const = 0;
};

// An operation whose request is a stream of messages.
class Intake : public Operation {
 public:
  class Sink : public Operation::Sink {
   public:
    // HasRoom was false and is true again.
    virtual void OnRoom() = 0;
  };

  // False: the caller is not read; OnRoom follows.
  virtual bool HasRoom() = 0;
  // A message is lent for the time of the call, and may be emptied. May reach OnEnd: then no more
  // follows.
  virtual void Take(google::protobuf::Message& message) = 0;
  // The caller has sent everything. May reach OnEnd.
  virtual void EndOfInput() = 0;
};

}  // namespace inferwire::openai
