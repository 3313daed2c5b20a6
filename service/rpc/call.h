// A call: an RPC that runs operations. Here is what every kind of call shares: its books, its
// answers' way to the caller, the reading of a caller who sends more messages than one, and all the
// ways in which it may end. A kind of call adds what it runs.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "base/result.h"
#include "base/timers.h"
#include "gateway/call_stats.h"
#include "policy/parked_call.h"
#include "rpc/call_recorder.h"
#include "rpc/call_services.h"
#include "rpc/endpoint.h"
#include "rpc/live_call.h"
#include "rpc/pump.h"
#include "rpc/rpc.h"
#include "rpc/tag.h"

namespace inferwire::rpc {

class Call : public Rpc,
             public LiveCall,
             private Pump::Observer,
             private policy::ParkedCall::Observer {
 public:
  void Cut(const Error& error) final;
  void Shed(const Error& error) final;
  void Tend(SteadyTime now) final;
  CallSize Size() const override { return recorder_.size(); }
  std::string_view Key() const final {
    const tenancy::Principal* const who = recorder_.call().principal;
    return who ? std::string_view(who->key) : std::string_view();
  }

 protected:
  Call(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
       std::unique_ptr<Wire> wire);
  ~Call() override;

  // From the arrival on; may delete this.
  void Run();
  // With the operations ended or abandoned; without effect after the first.
  void Finish(std::optional<Error> error);
  // From then on it is ended as one that took too long; for what is not bounded by its operation.
  void CutAt(SteadyTime deadline);
  // True while the caller takes no more messages: Resume follows.
  bool AnswersFull();
  // Reads the caller's next message, if none is being read and it is wanted.
  void ReadMore();

  // Looks at the request and asks for admission, or says why not.
  virtual Result<void> Start() = 0;
  // Asks the policies; Begin follows, at once or when there is room for the call.
  Result<void> Admit(const CallRecorder::Ask& ask);
  // Starts what the call runs, or says why not.
  virtual Result<void> Begin() = 0;
  // What its operations came to so far.
  virtual const gateway::CallStats& stats() const = 0;
  // Stops what runs, for this reason; the stats then say what it came to.
  virtual void Abandon(const Error& why) = 0;
  // Destroys what was abandoned: the upstream's connections close in this turn of the loop.
  virtual void Drop() = 0;
  // The caller takes messages again.
  virtual void Resume() = 0;
  virtual void TendOperations() = 0;

  // For calls that read. Wanted is asked before each message: that is all the back-pressure there
  // is, and ReadMore is called when it changes.
  virtual bool Wanted() { return false; }
  virtual void Take(grpc::ByteBuffer&) {}
  virtual void EndOfInput() {}
  // EndOfInput was called, or is being.
  bool input_ended() const { return input_ended_; }

 private:
  const std::shared_ptr<const CallServices> kept_;

 protected:
  // For what outlives the call.
  const std::shared_ptr<const CallServices>& services() const { return kept_; }

  const CallServices& services_;
  const Endpoint& endpoint_;
  CallRecorder recorder_;
  Pump pump_;

 private:
  void OnDrained() final;
  void OnBroken() final;
  void OnFinished() final { DeleteIfOver(); }
  void OnOver() final;
  void OnAdmitted(policy::Admission admission) final;
  void OnTurnedAway(Error error) final { Finish(recorder_.TurnedAway(std::move(error))); }
  bool busy() const final { return pump_.busy() || reading_; }
  // The caller does not hear of the end.
  void EndGone();
  void OnRead(bool ok);

  std::unique_ptr<policy::ParkedCall> parked_;  // while it waits for room
  std::unique_ptr<Timer> deadline_timer_;
  MemberTag<Call> read_tag_{*this, &Call::OnRead};
  grpc::ByteBuffer incoming_;
  bool reading_ = false;
  bool taking_ = false;
  bool input_ended_ = false;
};

}  // namespace inferwire::rpc
