// A stream of what an upstream can only be asked for: it is asked again and again, by the questions
// that have RPCs of their own, and the caller hears of what changed until there is nothing more to
// wait for.
#pragma once

#include <google/protobuf/duration.pb.h>

#include <deque>
#include <memory>
#include <optional>

#include "base/timers.h"
#include "endpoints/shared/stream_heartbeat.h"
#include "gateway/operation.h"
#include "rpc/endpoint.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

class PollingStream : public gateway::Operation, protected gateway::Operation::Observer {
 public:
  using Message = google::protobuf::Message;

  struct Pace {
    Duration poll, heartbeat;
  };
  // Unset: usual, and a heartbeat every 15 s; each at least a second.
  static Result<Pace> PaceOf(bool has_poll, const google::protobuf::Duration& poll, Duration usual,
                             bool has_heartbeat, const google::protobuf::Duration& heartbeat);

  // Observer: of the stream. It is itself the observer of its questions.
  PollingStream(Pace pace, StreamHeartbeat::Send beat, const upstream::Runtime& runtime,
                const gateway::CallContext& context, gateway::Operation::Observer& observer);

  // What would be refused is refused before the stream begins. Once, before Start.
  Result<void> Prepare();
  void Start() final;
  void Resume() final;
  void Abandon(v1::ErrorReason reason) final;
  const gateway::CallStats& stats() const final { return stats_; }

 protected:
  enum class Next {
    kAsk,   // another question at once: what is known is not yet the whole state
    kWait,  // until the next round
    kEnd,   // nothing changes any more
  };

  // --- What a kind of stream says ---
  // The question that is due, as an operation of its own.
  virtual rpc::Begun Ask(gateway::Operation::Observer& to) = 0;
  // Its answer may be emptied.
  virtual Next TakeAnswer(Message& answer) = 0;
  // A question failed and is put again, with all others of its round.
  virtual void ForgetRound() {}

  // --- For it ---
  // In order, as fast as the caller reads; nothing is asked before it has read everything.
  void Send(std::unique_ptr<Message> message) { unsent_.push_back(std::move(message)); }

  const upstream::Runtime& runtime_;
  const gateway::CallContext context_;

 private:
  bool Full() override { return false; }
  void OnMessage(Message& answer) override { next_ = TakeAnswer(answer); }
  void OnEnd(std::optional<Error> error) override;

  void BeginQuestion();
  void Failed(Error error);
  void TakeStats();
  // What there is to send, and then what comes next.
  void GoOn();
  void WaitFor(Duration interval);
  void End(std::optional<Error> error);
  void StopTimers();

  const Pace pace_;
  gateway::Operation::Observer& observer_;
  gateway::CallStats stats_;
  StreamHeartbeat heartbeat_;
  Timer turn_, deadline_;
  std::unique_ptr<gateway::Operation> question_;
  std::deque<std::unique_ptr<Message>> unsent_;
  Next next_ = Next::kWait;
  int failures_ = 0;  // in a row
  bool asking_ = false;
  bool ended_ = false;
};

}  // namespace inferwire::endpoints
