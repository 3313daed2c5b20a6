// A replica's part of a stock that several replicas share: money, requests and tokens of a period,
// calls at once. It sets aside only within what the store has lent it, reports what it has spent,
// and goes on by itself when the store is not reached: a call never waits for the store.
// Thread-safe.
//
// What holds: spent + set aside <= lent, at every moment, but for calls that use more than was set
// aside for them and for what runs on from one period into the next. While an answer is awaited
// only what the store cannot take away is used; so it is also after an answer that was lost.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "limits/lease_store.h"
#include "limits/lease_terms.h"
#include "limits/stock_meter.h"

namespace inferwire::limits {

class alignas(64) LeasedStock final : public StockCounter {
 public:
  // id: by which it wakes the exchange of these terms.
  LeasedStock(std::shared_ptr<LeaseTerms> terms, uint64_t id);

  void Use(const StockLimit& limit, uint64_t version) override;
  // The limit is that of Use: settings that end do not change what is asked for.
  Took Take(int64_t amount, const StockLimit& limit, Moment now) override;
  Took TakeAnyway(int64_t amount, const StockLimit& limit, Moment now) override;
  void Settle(int64_t taken, int64_t spent, const StockLimit& limit, Moment now) override;
  Level LevelNow(const StockLimit& limit, Moment now) override;
  bool Idle(Moment now) const override;

  // The exchange's side: one thread. Appends what to ask the store for now, without the meter's
  // number: nothing, or one question, and a last one about a period that has ended.
  void Collect(Moment now, std::vector<StockAsk>& asks);
  // sent: when the question was, which is earlier than the store's answer: nothing lasts too long.
  // What was spent beyond the limit since the last report.
  int64_t Granted(const StockGrant& grant, SteadyTime sent, SteadyTime now);
  // The store is not reached: from now on by itself.
  void GoAlone();
  // What of it was lent to who is gone.
  void InDoubt(int64_t amount);

 private:
  bool held() const { return !limit_.periods; }
  int64_t Used() const;
  // Goes over to the period that is now, if it is another one.
  void Turn(Moment now);
  // What may be set aside now.
  int64_t Free(SteadyTime now) const;
  int64_t Share() const;
  int64_t Unused() const;
  bool NearlyUsed() const;
  void Measure(SteadyTime now);
  // What calls want beyond it; and how the exchange is to be woken.
  Asking Miss(int64_t amount, SteadyTime now);
  Asking RunsLow(SteadyTime now);
  StockAsk Question(SteadyTime now);

  const std::shared_ptr<LeaseTerms> terms_;
  const uint64_t id_;

  mutable std::mutex mutex_;
  StockLimit limit_;
  uint64_t version_ = 0;         // of the settings that it is from; 0: none yet
  int64_t begin_ = 0, end_ = 0;  // of the period, in seconds since 1970
  int64_t spent_ = 0, reserved_ = 0;

  // What the store has said.
  bool known_ = false;   // anything, in this period
  int64_t granted_ = 0;  // lent
  int64_t cap_ = 0;      // of that, what an unanswered question leaves for sure
  int64_t left_ = 0;     // that nobody has
  int64_t others_spent_ = 0;
  int64_t live_ = 1;
  bool hungry_ = false;
  SteadyTime until_{};  // by then it is renewed, or it has ended

  int64_t in_doubt_ = 0;

  bool alone_ = false;
  int64_t extra_ = 0;  // what may be used alone, beyond what was lent

  // What there is to ask.
  Asking asks_ = Asking::kNo;
  int64_t need_ = 0, least_ = 0, asked_least_ = 0;
  SteadyTime dry_until_{}, low_until_{};  // when to ask again, because of a refusal or of little
  std::optional<StockAsk> closing_;       // of a period that has ended
  int64_t turn_ = 0;
  int64_t told_spent_ = 0;  // that was reported
  int64_t told_reserved_ = 0, asked_spent_ = 0;
  SteadyTime told_at_{}, last_use_{}, measured_{};
  double demand_ = 0;  // per second, of late
  int64_t asked_since_ = 0;
  int64_t call_ = 0;  // what one takes, about
};

}  // namespace inferwire::limits
