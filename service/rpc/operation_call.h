// A call of one operation: unary, or streaming in one direction or in both, as its endpoint
// describes it.
#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <optional>

#include "base/timers.h"
#include "gateway/operation.h"
#include "rpc/call.h"
#include "rpc/idempotent_attachment.h"

namespace inferwire::rpc {

class OperationCall final : public Call,
                            private gateway::ClientStream::Observer,
                            private IdempotentAttachment::Observer {
 public:
  // Runs, and deletes itself, without further ado. Of a call with one request, the wire has
  // received it.
  static void Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                    std::unique_ptr<Wire> wire);

 private:
  OperationCall(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                std::unique_ptr<Wire> wire);

  Result<void> Start() override;
  Result<void> StartWithRequest();
  Result<void> Begin() override;
  // Of a request with an idempotency key.
  Result<void> BeginWithKey();
  Result<void> BeginToRead();
  // Of a stream whose first message says what is to be admitted.
  bool ReadsFirst() const { return endpoint_.begin_client_stream.model != nullptr; }
  Result<void> StartWithFirst();
  void TakeFirst(Message& first);
  void GiveFirst();
  Result<void> AskFor(const v1::CallOptions& options, CallRecorder::Ask& ask);
  bool ListensToStanding() override;
  void OnStanding(const limits::Standing& standing) override;
  const gateway::CallStats& stats() const override;  // an empty one while there is no operation
  void Abandon(const Error& why) override;
  void Drop() override { operation_.reset(); }
  void Resume() override;
  void TendOperations() override;

  bool Wanted() override;
  void Take(grpc::ByteBuffer& bytes) override;
  void EndOfInput() override;

  bool Full() override { return AnswersFull(); }
  google::protobuf::Arena* arena() override;
  void OnMessage(google::protobuf::Message& message) override { pump_.Push(message); }
  void OnBytes(const grpc::ByteBuffer& message) override { pump_.Push(message); }
  void OnEnd(std::optional<Error> error) override;
  void OnRoom() override;

  void Announce(std::string_view reason, SteadyTime end) override;
  void LetGo();

  google::protobuf::Arena arena_;  // of the request, or of one message of it
  Message* request_ = nullptr;  // in the arena, until its operation is made; of a stream: the first
  bool has_key_ = false;        // its caller has given an idempotency key
  std::unique_ptr<gateway::Operation> operation_;
  gateway::ClientStream* input_ = nullptr;  // the operation, if it takes a stream
  Timer release_timer_;  // what an answer was made of cannot be destroyed from within its events
};

}  // namespace inferwire::rpc
