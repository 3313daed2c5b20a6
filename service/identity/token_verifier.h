// Whether a bearer token is good here, and whose it is. What is cheap is checked first, the
// signature last. Of one loop and one version of the rules.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "identity/auth_metrics.h"
#include "identity/jwt.h"
#include "identity/token_cache.h"
#include "identity/token_issuer.h"
#include "tenancy/key_text.h"

namespace inferwire::identity {

class TokenVerifier {
 public:
  // Clocks of others, which are not quite ours.
  static constexpr std::chrono::seconds kLeeway{60};

  // All outlive it.
  TokenVerifier(const std::vector<TokenIssuer>& issuers, const Clock& clock, AuthMetrics& metrics)
      : issuers_(issuers), clock_(clock), metrics_(metrics) {}

  struct Answer {
    Verdict verdict = Verdict::kInvalid;
    const tenancy::Principal* principal = nullptr;  // of the rules; with kAccepted
    std::string subject{};                          // its `sub`, once it is verified
  };
  Answer Verify(std::string_view token);

 private:
  const TokenIssuer* IssuerOf(const Jwt& token) const;
  Answer Check(std::string_view token, const tenancy::KeyHash& hash);

  const std::vector<TokenIssuer>& issuers_;
  const Clock& clock_;
  AuthMetrics& metrics_;
  tenancy::KeyHasher hasher_;
  TokenCache cache_;
};

}  // namespace inferwire::identity
