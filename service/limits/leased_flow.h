// A replica's part of a flow that several replicas share. It spends what it has leased, asks for
// more before that is used up, and goes on by itself when the store is not reached: a call never
// waits for the store. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "limits/flow_meter.h"
#include "limits/lease_store.h"
#include "limits/lease_terms.h"

namespace inferwire::limits {

class alignas(64) LeasedFlow final : public FlowCounter {
 public:
  // id: by which it wakes the exchange of these terms.
  LeasedFlow(std::shared_ptr<LeaseTerms> terms, uint64_t id);

  void Use(const FlowLimit& limit, uint64_t version) override;
  // The limit is that of Use: settings that end do not change what is asked for.
  Took Take(int64_t amount, const FlowLimit& limit, SteadyTime now) override;
  void Settle(int64_t taken, int64_t used, const FlowLimit& limit, SteadyTime now) override;
  Level LevelFor(int64_t amount, const FlowLimit& limit, SteadyTime now) const override;
  bool Idle(SteadyTime now) const override;

  // The exchange's side: one thread. What to ask the store for now, without the meter's number;
  // nothing: nothing.
  std::optional<FlowAsk> Collect(SteadyTime now);
  // now: when the answer came, which is later than the store's: nothing is usable too early.
  void Granted(const FlowGrant& grant, SteadyTime now);
  // The store is not reached: from now on by itself.
  void GoAlone(SteadyTime now);

 private:
  // A piece of the future: amount units, one each unit_ from `from` on.
  struct Piece {
    SteadyTime from{};
    int64_t amount = 0, used = 0;
  };
  static constexpr size_t kPieces = 8;

  int64_t Usable(const Piece& piece, SteadyTime now) const;
  int64_t Usable(SteadyTime now) const;
  int64_t Left() const;
  // The part of the burst that the store keeps.
  Duration StoreBurst() const;
  // What of that is there: as it last said, and what has come since. Others may have had of it.
  Duration InStore(SteadyTime now) const;
  bool NearlyUsed(SteadyTime now) const;
  // There is as much.
  void Spend(int64_t amount, SteadyTime now);
  bool SpendAlone(int64_t amount, SteadyTime now);
  bool Advance(int64_t amount, SteadyTime now);
  // Of the burst, what one replica may hold; and the same of debts.
  int64_t Most() const;
  int64_t MostAdvanced() const;
  // Too small a limit for each replica to hold a part of it.
  bool small() const;
  void Measure(SteadyTime now);
  void BeAlone(SteadyTime now);

  const std::shared_ptr<LeaseTerms> terms_;
  const uint64_t id_;

  mutable std::mutex mutex_;
  FlowLimit limit_{1};
  uint64_t version_ = 0;  // of the settings that it is from; 0: none yet
  Duration unit_{1};
  std::array<Piece, kPieces> pieces_{};  // the oldest first
  int64_t debt_ = 0;                     // used beyond all pieces
  int64_t need_ = 0, asked_need_ = 0;
  Asking asks_ = Asking::kNo;
  bool advances_ = true;  // the store had something when it was last asked
  SteadyTime next_ask_{}, ready_at_{}, last_use_{};
  Duration in_store_{};
  std::optional<SteadyTime> heard_at_{};  // of what is in the store; never: all is
  double demand_ = 0, granted_ = 0;       // per second, of late
  int64_t asked_since_ = 0, granted_since_ = 0, measures_ = 0;
  SteadyTime measured_{};
  // Its part by itself: while the store is not reached, and then until its lease begins.
  std::unique_ptr<FlowMeter> alone_, bridge_;
  SteadyTime lease_begins_{};
  FlowLimit share_{1};
};

}  // namespace inferwire::limits
