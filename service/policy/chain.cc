#include "policy/chain.h"

#include <utility>

namespace inferwire::policy {

Admission::Admission(Admission&& other) noexcept
    : chain_(std::exchange(other.chain_, nullptr)), call_(std::exchange(other.call_, nullptr)) {}

Admission& Admission::operator=(Admission&& other) noexcept {
  Admission taken(std::move(other));
  std::swap(chain_, taken.chain_);
  std::swap(call_, taken.call_);
  return *this;  // what was held here goes with `taken`
}

Admission::~Admission() {
  Settlement abandoned;
  abandoned.code = Code::kCancelled;
  abandoned.reason = v1::ERROR_REASON_CANCELLED;
  Settle(abandoned);
}

void Admission::Settle(const Settlement& settlement) {
  const Chain* const chain = std::exchange(chain_, nullptr);
  if (chain) chain->Settle(chain->policies_.size(), *call_, settlement);
}

Chain::Chain(std::vector<std::unique_ptr<Policy>> policies) : policies_(std::move(policies)) {}

Result<Admission> Chain::Admit(Call& call) const {
  for (size_t i = 0; i < policies_.size(); ++i) {
    const auto admitted = policies_[i]->Admit(call);
    if (admitted) continue;
    Settlement refused;
    refused.code = admitted.error().code;
    refused.reason = admitted.error().reason;
    Settle(i, call, refused);
    return admitted.error();
  }
  return Admission(*this, call);
}

Result<Answer> Chain::Admit(Call& call, const Waiting& waiting) const {
  for (size_t i = 0; i < policies_.size(); ++i) {
    auto admitted = policies_[i]->AdmitOrPark(call, waiting);
    if (admitted && !*admitted) continue;
    Settlement refused;
    refused.code = admitted ? Code::kCancelled : admitted.error().code;
    refused.reason = admitted ? v1::ERROR_REASON_CANCELLED : admitted.error().reason;
    Settle(i, call, refused);
    if (!admitted) return std::move(admitted.error());
    return Answer{{}, {std::move(*admitted), policies_[i].get()}};
  }
  return Answer{Admission(*this, call), {}};
}

Result<Admission> Chain::AdmitGranted(Call& call, limits::Ticket& ticket) const {
  call.reserved = ticket.granted();
  call.granted = true;
  auto admitted = Admit(call);
  if (admitted) {
    ticket.Keep();
  } else {
    call.reserved = {};
    ticket.Leave(limits::QueueLeft::kRefused);
  }
  call.granted = false;
  return admitted;
}

void Chain::Settle(size_t count, const Call& call, const Settlement& settlement) const {
  while (count > 0) policies_[--count]->Settle(call, settlement);
}

}  // namespace inferwire::policy
