// All policies of the server in their order, and the promise that each admitted call is settled
// exactly once.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "policy/policy.h"

namespace inferwire::policy {

class Chain;

// The proof that a call was admitted. Belongs to one call and one thread; neither the chain nor the
// call may go before it. Destroying it unsettled settles the call as cancelled.
class Admission {
 public:
  Admission() = default;
  Admission(Admission&& other) noexcept;
  Admission& operator=(Admission&& other) noexcept;
  ~Admission();

  // The first time only; later calls do nothing.
  void Settle(const Settlement& settlement);
  bool open() const { return chain_ != nullptr; }

 private:
  friend class Chain;
  Admission(const Chain& chain, const Call& call) : chain_(&chain), call_(&call) {}

  const Chain* chain_ = nullptr;
  const Call* call_ = nullptr;
};

// A call that waits for room: its ticket, and the policy that gave it. Nothing else is held for it.
struct Parked {
  limits::Ticket ticket;
  Policy* by = nullptr;
};

// One of the two.
struct Answer {
  Admission admission{};
  Parked parked{};
};

// Thread-safe, as its policies are.
class Chain {
 public:
  explicit Chain(std::vector<std::unique_ptr<Policy>> policies);

  // Asks in order. The first refusal is the answer; those that had admitted are settled with it,
  // the last one first. The call must stay where it is until the admission is settled.
  Result<Admission> Admit(Call& call) const;
  // As Admit, but the call may have to wait: those that had admitted it are settled then, so that
  // it holds no place meanwhile.
  Result<Answer> Admit(Call& call, const Waiting& waiting) const;
  // Asks again for a call whose ticket was granted. What was granted is the admission's, or is
  // given back by the ticket.
  Result<Admission> AdmitGranted(Call& call, limits::Ticket& ticket) const;

 private:
  friend class Admission;
  // The first `count` policies, in reverse.
  void Settle(size_t count, const Call& call, const Settlement& settlement) const;

  const std::vector<std::unique_ptr<Policy>> policies_;
};

}  // namespace inferwire::policy
