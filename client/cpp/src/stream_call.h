// The callback form of a stream. Private.
#pragma once

#include <grpcpp/support/client_callback.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "call.h"
#include "inferwire/client/stream.h"
#include "inferwire/v1/chat_service.grpc.pb.h"

namespace inferwire::client {

// Reactions come one after the other on gRPC's threads. The running call owns its reactor until
// OnDone; a StreamCall may own it for longer, or let it go earlier. No reactor dies on a thread of
// gRPC's: with it may die the last reference to the channel, and gRPC 1.51 ends its threads with
// the last channel and cannot end the one that does it.
class StreamCall::Reactor final : public grpc::ClientReadReactor<v1::StreamCompleteResponse> {
 public:
  Reactor(std::unique_ptr<Call> call, v1::StreamCompleteRequest request, StreamHandlers handlers)
      : call_(std::move(call)), request_(std::move(request)), handlers_(std::move(handlers)) {}

  void Start(v1::ChatService::Stub& stub, std::shared_ptr<Reactor> self);
  void Cancel() { call_->Cancel(); }
  Result<void> Wait();
  // Wait() from one of its own handlers would never return.
  bool InsideHandler() const;

  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  // How the call ended: outlives the reactor for the one who says it.
  struct Ending {
    std::mutex mutex;
    std::condition_variable changed;
    bool done = false;
    Result<void> status;
  };

  void Enter();
  void Leave();
  static void LetGo(std::shared_ptr<Reactor> reactor);

  std::unique_ptr<Call> call_;
  const v1::StreamCompleteRequest request_;
  const StreamHandlers handlers_;
  Event event_;
  bool complete_ = false;
  std::shared_ptr<Reactor> self_;

  const std::shared_ptr<Ending> ending_ = std::make_shared<Ending>();
  mutable std::mutex mutex_;
  std::thread::id handler_thread_;
};

}  // namespace inferwire::client
