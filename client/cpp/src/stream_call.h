// The callback form of a stream. Private.
#pragma once

#include <grpcpp/support/client_callback.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "call.h"
#include "llmgate/client/stream.h"
#include "llmgate/v1/chat_service.grpc.pb.h"

namespace llmgate::client {

// Reactions come one after the other on gRPC's threads. The running call owns its reactor until
// OnDone; a StreamCall may own it for longer, or let it go earlier.
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
  void Enter();
  void Leave();

  std::unique_ptr<Call> call_;
  const v1::StreamCompleteRequest request_;
  const StreamHandlers handlers_;
  Event event_;
  bool complete_ = false;
  std::shared_ptr<Reactor> self_;

  mutable std::mutex mutex_;
  std::condition_variable done_changed_;
  std::thread::id handler_thread_;
  bool done_ = false;
  Result<void> status_;
};

}  // namespace llmgate::client
