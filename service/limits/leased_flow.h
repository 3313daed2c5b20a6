// A replica's part of a flow that several replicas share. It spends what it has leased, asks for
// more before that is used up, and goes on with a share of its own when the store is not reached:
// a call never waits for the store. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "limits/flow_meter.h"
#include "limits/lease_store.h"
#include "limits/wakeup.h"

namespace inferwire::limits {

class LeasedFlow {
 public:
  // replicas: that share it. wakeup: notified when it has something to ask; with the exchange.
  LeasedFlow(FlowLimit limit, int replicas, std::shared_ptr<Wakeup> wakeup);

  bool Take(int64_t amount, SteadyTime now);
  void Settle(int64_t taken, int64_t used);

  // The exchange's side: one thread. What to ask the store for now, without the meter's number;
  // nothing: nothing.
  std::optional<FlowAsk> Collect(SteadyTime now);
  // now: when the answer came, which is later than the store's: nothing is usable too early.
  void Granted(const FlowGrant& grant, SteadyTime now);
  // The store is not reached: from now on by a share of its own.
  void GoAlone(SteadyTime now);

 private:
  // A piece of the future: amount units, one each unit_ from `from` on.
  struct Piece {
    SteadyTime from{};
    int64_t amount = 0, used = 0;
  };
  static constexpr size_t kPieces = 8;

  int64_t Usable(const Piece& piece, SteadyTime now) const;
  int64_t Left() const;
  bool Spend(int64_t amount, SteadyTime now);
  void Measure(SteadyTime now);

  const FlowLimit limit_;
  const int replicas_;
  const std::shared_ptr<Wakeup> wakeup_;
  const Duration unit_;
  const bool small_;  // too small a limit for each replica to hold a part of it

  std::mutex mutex_;
  std::array<Piece, kPieces> pieces_{};  // the oldest first
  int64_t debt_ = 0;                     // used beyond all pieces
  int64_t need_ = 0;
  bool asks_ = false;
  SteadyTime next_ask_{}, last_use_{};
  double demand_ = 0, granted_ = 0;  // per second, of late
  int64_t asked_since_ = 0, granted_since_ = 0;
  SteadyTime measured_{};
  std::optional<FlowMeter> alone_;
  FlowLimit share_;
};

}  // namespace inferwire::limits
