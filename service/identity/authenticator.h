// Who a call is, from what it shows: an API key in "authorization: Bearer ...", else the name of
// its certificate, or of one that a trusted proxy passes on. Nothing waits and nothing is stored.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/caller_counts.h"
#include "identity/auth_metrics.h"
#include "identity/evidence.h"
#include "identity/refusals.h"
#include "identity/rules.h"

namespace inferwire::identity {

// Of one loop and one version of the rules.
class Authenticator {
 public:
  Authenticator(std::shared_ptr<const Rules> rules, const Clock& clock, AuthMetrics& metrics,
                Refusals& refusals);

  // Null: it proved nothing, and need not. The principal is a part of the rules.
  // UNAUTHENTICATED if it shows nothing, or a credential that is not good here: one that is sent
  // counts, whatever else the call shows. PERMISSION_DENIED if it is known and belongs to nobody.
  Result<const tenancy::Principal*> Identify(const Evidence& evidence);

 private:
  using Found = Result<const tenancy::Principal*>;

  // The name in a certificate, and the rules that it is held against; null: there is none.
  struct Name {
    Proof proof = Proof::kNone;
    const tenancy::NameRules* rules = nullptr;
    std::string text{};
  };

  bool TrustsForwarded(const Evidence& evidence) const;
  Name NameOf(const Evidence& evidence);
  Found ByName(const Name& name);
  // who: as whom the address is told of if it shows too many wrong ones.
  Found ByCredential(std::string_view authorization, gateway::CallerKey address,
                     std::string_view who);
  Found ByKey(std::string_view key);
  Found Refuse(Proof proof, Verdict verdict);

  const std::shared_ptr<const Rules> rules_;
  const Clock& clock_;
  AuthMetrics& metrics_;
  Refusals& refusals_;
  tenancy::KeyHasher hasher_;
};

}  // namespace inferwire::identity
