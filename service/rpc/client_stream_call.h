// A call whose request is a stream of messages and whose answer is one (client streaming). The
// caller is read only while the operation has room: that is all the back-pressure there is.
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

class ClientStreamCall final : public Call, private gateway::ClientStream::Sink {
 public:
  // Runs, and deletes itself, without further ado.
  static void Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                    std::unique_ptr<Wire> wire);

  void Cut(const Error& error) override;
  void Tend(SteadyTime now) override;
  CallSize Size() const override { return recorder_.size(); }
  void Shed(const Error& error) override;

 private:
  ClientStreamCall(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                   std::unique_ptr<Wire> wire);

  void Begin();
  Result<void> StartOperation();
  void ReadMore();
  void OnRead(bool ok);

  bool Full() override;
  void OnMessage(google::protobuf::Message& message) override;
  void OnEnd(std::optional<Error> error) override;
  void OnRoom() override;

  void OnGone();
  void Finish(std::optional<Error> error);
  void DeleteIfOver();

  const Endpoint& endpoint_;
  const std::unique_ptr<Wire> wire_;
  google::protobuf::Arena arena_;  // of the message in hand
  CallRecorder recorder_;
  Pump pump_;
  MemberTag<ClientStreamCall> read_tag_{*this, &ClientStreamCall::OnRead};
  grpc::ByteBuffer incoming_;
  Timer deadline_timer_;
  std::unique_ptr<gateway::ClientStream> operation_;
  bool reading_ = false;
  bool taking_ = false;
  bool half_closed_ = false;
  bool done_ = false;
};

}  // namespace inferwire::rpc
