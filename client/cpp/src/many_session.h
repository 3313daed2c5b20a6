// One CompleteMany stream. Private.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

#include "call.h"
#include "inferwire/client/many.h"
#include "inferwire/v1/chat_service.grpc.pb.h"

namespace inferwire::client {

// Three threads while Run runs: the caller's reads and calls the handlers, one asks for items, one
// writes. They are apart because each of the three may block: a slow producer must not delay
// results, and a full connection must neither delay a cancel nor stop the reading that empties it.
class ManyCall::Session {
 public:
  using Stream = grpc::ClientReaderWriter<v1::CompleteManyRequest, v1::CompleteManyResponse>;

  Session(std::unique_ptr<Call> call, std::unique_ptr<v1::ChatService::Stub> stub,
          v1::CompleteManyConfig config);

  ManyOutcome Run(const NextItem& next, const ManyHandlers& handlers);
  void CancelItem(const std::string& item_id);

 private:
  void Feed(const NextItem& next);
  void Write(Stream& stream);
  void Read(Stream& stream, const ManyHandlers& handlers, ManyOutcome& outcome);
  void OnReady(const v1::CompleteManyReady& ready);
  ManyProgress OnResult(const v1::CompleteManyResult& result);
  // Ends both threads; what is in flight stays there.
  void Close();

  const std::unique_ptr<Call> call_;
  const std::unique_ptr<v1::ChatService::Stub> stub_;

  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<v1::CompleteManyRequest> outbox_;  // bounded by what is in flight
  // Ids taken from the caller and not answered. An id may be there twice: to find that out is the
  // server's part.
  std::unordered_multiset<std::string> in_flight_;
  ManyProgress progress_;
  bool saw_summary_ = false;
  bool no_more_items_ = false;
  bool closed_ = false;
};

}  // namespace inferwire::client
