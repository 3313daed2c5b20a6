// The calls of this process that wait for room under their limits, with nothing taken, each in the
// line of the meter that it lacks room of (queue_line.h). Whoever's turn it is takes from all of
// its limits or waits on; a newcomer does not overtake those who wait for a meter of its own.
// Bounded. Thread-safe, by one mutex: calls meet it only while somebody waits, or has lately.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mailbox.h"
#include "limits/queue_line.h"
#include "limits/queued_call.h"
#include "limits/ticket.h"
#include "limits/wakeup.h"

namespace inferwire::limits {

// Why a call may not wait.
enum class QueueBound { kCalls, kCallsOfTenant, kBytes };

// Hears what happens in the queue, under its mutex.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  virtual void Waits(int priority, int64_t bytes) = 0;
  // bytes: as they were told when it began to wait.
  virtual void Left(int priority, QueueLeft how, int64_t bytes) = 0;
  virtual void Granted(int priority, Duration waited, Duration expected) = 0;
  virtual void Full(QueueBound bound) = 0;
};

class FairQueue : public std::enable_shared_from_this<FairQueue> {
 public:
  struct Bounds {
    size_t calls = 1000, calls_of_tenant = 200;
    int64_t bytes = 64 << 20;  // of requests
  };
  // Whose limits a call keeps.
  struct Who {
    std::string_view tenant, team, key, user, model;
  };
  using FindAllowance = std::function<std::shared_ptr<const Allowance>(const Who&)>;

  // observer: null for none; outlives the queue.
  explicit FairQueue(const Clock& clock, QueueObserver* observer = nullptr)
      : clock_(clock), observer_(observer) {}

  // Other settings. Calls that wait are held to the new limits; those that may go on now do with
  // the next turn. on: whether any call may wait under them.
  void Use(const Bounds& bounds, bool on, const FindAllowance& find);
  bool on() const { return on_; }
  // Nobody may wait any more, and whoever does is told so.
  void Close();

  // As MeterSet::Take, for a call that comes: it has a shortage also where others wait before it.
  MeterSet::Taken Take(const Reservation& wants, const QueueParty& party, Moment now);
  // A call that lacks room waits, if it may.
  struct Joined {
    Ticket ticket;   // empty: it does not wait
    Duration eta{};  // not of one that waits for a first lease
    std::optional<QueueBound> full{};
    bool closed = false;
  };
  // How long a call of this party would wait, if it came now.
  Duration EtaOf(const QueueParty& party, const Shortage& shortage, SteadyTime now) const;
  Joined Join(QueueAsk ask, const Shortage& shortage, Mailbox& mailbox);

  // These limits may have room again.
  void Settled(const MeterSet& set);
  // Any limit may have: leases came.
  void Wake();
  bool busy() const { return busy_.load(std::memory_order_acquire); }
  size_t waiting() const;

  // Lets those go on for whom there is room, and says in how long to come again, at the latest;
  // nothing: when it is woken. For the pump.
  std::optional<Duration> Turn();
  const std::shared_ptr<Wakeup>& wakeup() const { return wakeup_; }

 private:
  friend class Ticket;
  using Lines = std::map<const void*, QueueLine>;

  TicketState StateOf(const QueuedCall& call) const;
  Standing StandingOf(QueuedCall& call) const;
  void Leave(QueuedCall& call, QueueLeft how);

  std::optional<QueueBound> FullFor(const QueueAsk& ask) const;
  QueueLine& LineOf(const Limit& limit, SteadyTime now);
  void Stand(QueuedCall& call, const Shortage& shortage, SteadyTime now);
  void Move(QueuedCall& call, const Shortage& shortage, SteadyTime now);
  // False: it has served enough for one turn.
  bool Serve(QueueLine& line, Moment now, int& most);
  void Grant(QueuedCall& call, const MeterSet::Taken& taken, Moment now);
  void Call(QueuedCall& call, TicketState state);
  void TookFrom(const MeterSet& set, const Demand& demand, const QueueParty& party, Moment now);
  std::optional<Duration> UntilNext(SteadyTime now);

  const Clock& clock_;
  QueueObserver* const observer_;
  const std::shared_ptr<Wakeup> wakeup_ = std::make_shared<Wakeup>();
  std::atomic<bool> busy_{false}, all_due_{false}, on_{false};
  // Of calls_, for who only wants to know whether there are any. Whoever comes is looked at once
  // more after it is counted, so nobody waits for what was given back before.
  std::atomic<size_t> calls_at_hand_{0};

  mutable std::mutex mutex_;
  Bounds bounds_;
  Lines lines_;  // by the meter
  std::map<std::string, size_t, std::less<>> of_tenant_;
  std::map<uint64_t, QueuedCall*> calls_;  // with a ticket, whether they still wait or not
  int64_t bytes_ = 0;
  uint64_t last_number_ = 0;
  bool closed_ = false;
};

}  // namespace inferwire::limits
