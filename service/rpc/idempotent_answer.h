// What a call with an idempotency key has said so far, for all who wait for it: each on its own
// loop, at its own pace. One run adds to it. It goes as fast as the fastest of them; who falls
// behind by more than is held is lost, and slows nobody.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/mailbox.h"
#include "gateway/call_stats.h"
#include "rpc/pump.h"

namespace inferwire::rpc {

// Somebody who hears that something happened, always on the thread of the mailbox.
class IdempotentListener {
 public:
  IdempotentListener(Mailbox& mailbox, std::function<void()> on_news)
      : mailbox_(mailbox), on_news_(std::move(on_news)) {}
  // Its own thread: nothing more is heard.
  void Close() { on_news_ = nullptr; }

 private:
  friend class IdempotentAnswer;
  void Hear();

  Mailbox& mailbox_;
  std::function<void()> on_news_;
  std::atomic<bool> told_ = false;  // and has not looked yet
  size_t next_ = 0;                 // what it reads next; under the answer's lock
};

// Thread-safe.
class IdempotentAnswer {
 public:
  using Listener = std::shared_ptr<IdempotentListener>;

  struct Piece {
    grpc::ByteBuffer bytes;      // a message
    bool has_gateway = false;    // GatewayInfo is in it
    bool of_the_moment = false;  // nothing to who comes later: a sign of life
    size_t end = 0;              // bytes up to here, it included
  };
  struct Limits {
    size_t held_bytes = 1u << 20;  // what is longer is neither attached to nor kept
    PumpLimits ahead;              // of the fastest reader
  };

  IdempotentAnswer(std::string request_id, const Limits& limits)
      : request_id_(std::move(request_id)), limits_(limits) {}

  // Of the call that runs it.
  const std::string& request_id() const { return request_id_; }

  // --- The run's, on its thread ---
  // Hears of room, and that nobody is left.
  void SetRun(Listener run);
  void Add(const grpc::ByteBuffer& bytes, bool has_gateway, bool of_the_moment);
  // True while no reader takes more; the run hears of the end of that.
  bool Full();
  bool deserted() const;
  // In memory.
  size_t held_bytes() const;
  // All of it is there, or was.
  bool is_whole() const;
  // freed: the key stands for nothing any more.
  void End(std::optional<Error> error, const gateway::CallStats& stats, bool freed);

  // --- A reader's, each on its own thread ---
  // kTooLong: a part of what was said is not there any more. kFreed: the run has ended, and another
  // one may begin.
  enum class Joined { kRunning, kEnded, kTooLong, kFreed };
  Joined Join(const Listener& reader);
  enum class Next { kNothing, kPiece, kEnd, kLost };
  // What Take is going to give.
  Next See(const Listener& reader) const;
  Next Take(const Listener& reader, Piece& piece);
  // True if it was the last one of a run that goes on; the run hears of that in any case.
  bool Leave(const Listener& reader);
  // After kEnd.
  const std::optional<Error>& error() const { return error_; }
  const gateway::CallStats& stats() const { return stats_; }
  // True for one of those who waited: in whose books the use is.
  bool TakesBooks();

 private:
  Next NextOf(const Listener& reader) const;
  void Drop();
  size_t OffsetOf(size_t index) const;
  size_t Fastest() const;
  bool HasRoom(size_t next, size_t part) const;
  // Without the lock. here: who runs on this thread hears at once.
  static void Tell(const Listener& listener, const Mailbox* here);
  void TellReaders();

  const std::string request_id_;
  const Limits limits_;
  mutable std::mutex mutex_;
  Listener run_;
  std::vector<Listener> readers_;
  std::deque<Piece> pieces_;
  size_t first_ = 0;    // the number of the first one that is held
  size_t dropped_ = 0;  // bytes before it
  size_t total_ = 0;    // bytes in all
  bool waits_for_room_ = false;
  bool ended_ = false;
  bool freed_ = false;
  bool booked_ = false;
  std::optional<Error> error_;
  gateway::CallStats stats_;
};

}  // namespace inferwire::rpc
