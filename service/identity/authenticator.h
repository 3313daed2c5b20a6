// Who a call is, from what it shows: an API key or a token in "authorization: Bearer ...", else the
// name of its certificate, or of one that a trusted proxy passes on. Nothing waits.
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
#include "identity/token_verifier.h"

namespace inferwire::identity {

// Who a call is, and by what that is known.
struct Caller {
  const tenancy::Principal* principal = nullptr;  // null: it proved nothing, and need not
  Proof proof = Proof::kNone;
  std::string subject{};  // what the proof names: a key's id, a token's subject, a certificate
};

// Of one loop and one version of the rules.
class Authenticator {
 public:
  Authenticator(std::shared_ptr<const Rules> rules, const Clock& clock, AuthMetrics& metrics,
                Refusals& refusals);

  // The principal is a part of the rules.
  // UNAUTHENTICATED if it shows nothing, or a credential that is not good here: one that is sent
  // counts, whatever else the call shows. PERMISSION_DENIED if it is known and belongs to nobody.
  Result<Caller> Identify(const Evidence& evidence);

 private:
  using Found = Result<Caller>;

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
  // wrong: it is a guess, as far as can be told.
  Found ByKey(std::string_view key, bool& wrong);
  Found ByToken(std::string_view token, bool& wrong);
  Found Refuse(Proof proof, Verdict verdict);

  const std::shared_ptr<const Rules> rules_;
  const Clock& clock_;
  AuthMetrics& metrics_;
  Refusals& refusals_;
  tenancy::KeyHasher hasher_;
  std::optional<TokenVerifier> tokens_;  // unset: no issuer is known
};

}  // namespace inferwire::identity
