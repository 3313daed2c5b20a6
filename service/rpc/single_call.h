// A call with one request message: unary or server streaming.
#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <optional>

#include "base/timers.h"
#include "gateway/operation.h"
#include "rpc/call.h"
#include "rpc/call_recorder.h"
#include "rpc/endpoint.h"
#include "rpc/pump.h"
#include "rpc/wire.h"

namespace inferwire::rpc {

class SingleCall final : public Call, private gateway::Operation::Sink {
 public:
  // The wire has received the request. Runs, and deletes itself, without further ado.
  static void Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                    std::unique_ptr<Wire> wire);

  void Cut(const Error& error) override;
  void Tend(SteadyTime now) override;
  CallSize Size() const override { return recorder_.size(); }
  void Shed(const Error& error) override;

 private:
  SingleCall(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
             std::unique_ptr<Wire> wire);

  void Begin();
  Result<void> StartOperation();

  bool Full() override;
  google::protobuf::Arena* arena() override { return &arena_; }
  void OnMessage(google::protobuf::Message& message) override;
  void OnEnd(std::optional<Error> error) override;

  void Resume();
  void OnGone();
  // The caller does not hear of the end.
  void EndGone();
  void Finish(std::optional<Error> error);
  void LetGo();
  void DeleteIfOver();
  const gateway::CallStats& stats() const;  // an empty one while there is no operation

  const Endpoint& endpoint_;
  const std::unique_ptr<Wire> wire_;
  google::protobuf::Arena arena_;
  CallRecorder recorder_;
  Pump pump_;
  std::unique_ptr<gateway::Operation> operation_;
  Timer release_timer_;  // what an answer was made of cannot be destroyed from within its events
  bool beginning_ = true;
  bool done_ = false;
};

}  // namespace inferwire::rpc
