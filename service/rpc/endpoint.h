// What an RPC says of itself. Each room of endpoints/ lists its own (registration.cc); registry.h
// serves the list, by operation_call.h where they do not say otherwise. The helpers that write a
// description are in begin.h.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/common.pb.h"
#include "limits/demand.h"
#include "limits/ticket.h"
#include "rpc/kind.h"
#include "upstream/runtime.h"

namespace inferwire::telemetry {

class Metrics;
class OperationMetrics;
class RpcMetrics;

}  // namespace inferwire::telemetry

namespace inferwire::v1 {

class CallOptions;

}  // namespace inferwire::v1

namespace inferwire::rpc {

struct CallServices;
class Endpoint;
class Wire;

using Message = google::protobuf::Message;
using Begun = Result<std::unique_ptr<gateway::Operation>>;
using ClientStreamBegun = Result<std::unique_ptr<gateway::ClientStream>>;
using NewMessage = std::function<Message*(google::protobuf::Arena*)>;
// Serves one call of the endpoint, from its arrival on.
using Machine = void (*)(std::shared_ptr<const CallServices>, const Endpoint&,
                         std::unique_ptr<Wire>);

// How a call begins whose request comes with it. One function of begin.h fills in all of it, so
// that its parts agree on the request's type.
struct BeginSingle {
  NewMessage new_request{};
  // The model that the request names; null: it names none.
  std::function<std::string_view(const Message& request)> model{};
  // How long the request lets its answer get; null: it says nothing of that.
  std::function<limits::OutputBound(const Message& request)> output{};
  // What the request says of how it is to be handled; null: it has no options.
  const v1::CallOptions& (*options)(const Message& request) = nullptr;
  // What a caller who asked how long it may wait is told while it does; null: nothing.
  std::unique_ptr<Message> (*queued)(const limits::Standing& standing) = nullptr;
  // Of requests whose caller may give an idempotency key (TakeKeys); null: it may not. What the
  // request asks for (fingerprint.h), and the type of its answer's messages.
  std::string (*fingerprint)(Message& request) = nullptr;
  const google::protobuf::Descriptor* answer = nullptr;
  // Checks and translates the request, and makes the operation for it; starts nothing.
  std::function<Begun(Message& request, const upstream::Runtime& runtime,
                      const gateway::CallContext& context, gateway::Operation::Observer& observer)>
      operation{};
};

// How a call begins whose request is a stream.
struct BeginClientStream {
  NewMessage new_request{};
  // What the first message says of the call, which is then admitted when that has come; null: it
  // says nothing, and the call is admitted before anything is read. options: null if it has none.
  std::function<std::string_view(const Message& first)> model{};
  std::function<const v1::CallOptions*(const Message& first)> options{};
  // Makes what takes the messages; starts nothing.
  std::function<ClientStreamBegun(const upstream::Runtime& runtime,
                                  const gateway::CallContext& context,
                                  gateway::ClientStream::Observer& observer)>
      operation{};
};

struct EndpointSpec {
  std::string_view service{};  // e.g. inferwire.v1.ChatService
  std::string_view method{};   // e.g. Complete
  Kind kind = Kind::kUnary;
  std::string_view operation{};  // e.g. chat: the label of inferwire_* metrics
  std::string_view access{};     // what callers have to be allowed; empty: the operation

  // One of the three: the first for unary and server streaming, the second for client streaming,
  // the third for what makes its own operations.
  BeginSingle begin{};
  BeginClientStream begin_client_stream{};
  Machine machine = nullptr;

  bool answered_here = false;  // from memory, without an upstream
  // False: nothing of it is booked in the ledger. It uses nothing of an upstream, or what it runs
  // is booked, each by itself.
  bool booked = true;
  bool unmetered = false;      // callers' limits and budgets do not hold for it
  bool costs_nothing = false;  // budgets do not: who has spent his still comes to what he has
  bool for_viewers =
      false;  // and not only for callers: who sees or changes what is kept of tenants
  // It passes its time waiting for something to happen: how much of it is ours cannot be said.
  bool waits_for_news = false;
  bool session = false;  // it lasts as long as its caller likes, and has a deadline of its own

  bool seldom = false;  // there are no series of it before its first call

  // More messages than one, in one direction at least.
  bool streams() const { return kind != Kind::kUnary; }
  bool reads_stream() const { return ReadsStream(kind); }
  bool answers_once() const { return kind == Kind::kUnary || kind == Kind::kClientStream; }
};

// A description with its counters, as the machines see it. Thread-safe.
class Endpoint : public EndpointSpec {
 public:
  Endpoint(EndpointSpec spec, telemetry::Metrics& metrics);
  Endpoint(Endpoint&&) noexcept;
  ~Endpoint();

  telemetry::RpcMetrics& rpc_metrics() const;
  telemetry::OperationMetrics& operation_metrics() const;

 private:
  struct Counters;
  std::unique_ptr<Counters> counters_;
};

}  // namespace inferwire::rpc
