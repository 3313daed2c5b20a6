// The calls that wait for room of one meter, and whose turn it is: weighted deficit round robin
// over the parties, first in, first out within one. Also how long a further call would wait. Time
// is handed in; not thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "limits/queued_call.h"

namespace inferwire::limits {

// One party's calls in a line.
struct QueueFlow {
  QueueParty party;  // its texts are the key's
  std::list<QueuedCall*> calls;
  int64_t waiting = 0;  // amounts of its calls, in the meter's unit
  int64_t deficit = 0;  // what it may still take in its turn, in tokens
  // What it took lately, per second.
  double took = 0;
  SteadyTime began{}, took_at{}, seen{};
  std::list<QueueFlow*>::iterator turn;  // while it has calls
};

class QueueLine {
 public:
  // Parties whose past is remembered, at most.
  static constexpr size_t kMostFlows = 256;

  // meter: kept, so that its address belongs to no other one.
  QueueLine(std::shared_ptr<const void> meter, SteadyTime now)
      : meter_(std::move(meter)), began_(now) {}
  QueueLine(const QueueLine&) = delete;
  QueueLine& operator=(const QueueLine&) = delete;

  bool empty() const { return turns_.empty(); }
  // Behind those of its party that came before it. The call's shortage names the limit.
  void Add(QueuedCall& call, SteadyTime now);
  void Remove(QueuedCall& call);
  // Whose turn it is, until it is served or removed. Null: nobody waits.
  QueuedCall* Next();
  // It got what it waited for.
  void Served(QueuedCall& call, SteadyTime now);
  // A call that did not wait took so much.
  void Took(const QueueParty& party, int64_t amount, SteadyTime now);

  // For a call of this party that lacks room: how long it would wait behind so much of its own.
  Duration Eta(const QueueParty& party, int64_t ahead, const Shortage& shortage,
               SteadyTime now) const;
  Standing StandingOf(const QueuedCall& call, SteadyTime now) const;
  // What of this party's waits.
  int64_t Waiting(const QueueParty& party) const;

  // There was too little for all: the past is remembered for a while.
  void Lacked(SteadyTime now) { lacked_ = now; }
  // Nobody waits, nor has for so long that what it knows of the past counts no more. Whoever
  // waited for a lease only lacked nothing, and leaves nothing to be remembered.
  bool Old(SteadyTime now) const;
  // When the one whose turn it is may find room.
  SteadyTime due = SteadyTime::max();

 private:
  using Key = std::tuple<std::string, int, std::string>;  // tenant, priority, team

  QueueFlow* FlowOf(const QueueParty& party, SteadyTime now);
  void Forget(SteadyTime now);
  int64_t Quantum(const QueueParty& party) const;
  // Nobody in the ring can take a turn yet: as many rounds at once as that takes.
  void SkipRounds();
  double RateOf(const Shortage& shortage, SteadyTime now) const;

  const std::shared_ptr<const void> meter_;
  const SteadyTime began_;
  std::optional<SteadyTime> lacked_;  // when somebody did, last
  std::map<Key, QueueFlow> flows_;
  std::list<QueueFlow*> turns_;  // of those with calls, the one whose turn it is first
  // The weights of the teams that wait, by tenant and priority.
  std::map<std::pair<std::string, int>, int64_t, std::less<>> team_weights_;
};

}  // namespace inferwire::limits
