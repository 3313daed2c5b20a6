#include "identity/token_verifier.h"

#include <algorithm>
#include <utility>

namespace inferwire::identity {
namespace {

constexpr size_t kMostSubjectBytes = 255;  // as OpenID Connect has it

int64_t SecondsOf(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

bool IsFor(const std::vector<std::string>& audiences, const Jwt& token) {
  const auto named = token.claims().Texts("aud");
  return named && std::ranges::any_of(*named, [&](const std::string& audience) {
           return std::ranges::find(audiences, audience) != audiences.end();
         });
}

Verdict CheckTimes(const Jwt& token, const TokenIssuer& issuer, int64_t now) {
  const JsonMembers& claims = token.claims();
  const int64_t leeway = TokenVerifier::kLeeway.count();
  const auto end = claims.Moment("exp"), issued = claims.Moment("iat"),
             begin = claims.Moment("nbf");
  if (!end || (!issued && claims.Has("iat")) || (!begin && claims.Has("nbf"))) {
    return Verdict::kInvalid;
  }
  if ((issued && *issued > now + leeway) || (begin && *begin > now + leeway)) {
    return Verdict::kInvalid;
  }
  const int64_t life = *end - issued.value_or(now);
  if (life > std::chrono::floor<std::chrono::seconds>(issuer.max_life).count()) {
    return Verdict::kInvalid;
  }
  return *end + leeway <= now ? Verdict::kExpired : Verdict::kAccepted;
}

// Of a good token: whether it belongs to anybody.
Verdict VerdictOf(const tenancy::Principal* principal) {
  return principal ? Verdict::kAccepted : Verdict::kNoRule;
}

}  // namespace

TokenVerifier::Answer TokenVerifier::Verify(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return {};
  const tenancy::KeyHash hash = hasher_.Of(token);
  const auto* const known = cache_.Find(hash, clock_.Now(), clock_.WallNow());
  if (known) return {VerdictOf(known->principal), known->principal, known->subject};
  return Check(token, hash);
}

const TokenIssuer* TokenVerifier::IssuerOf(const Jwt& token) const {
  const auto name = token.claims().Text("iss");
  const auto found = std::ranges::find_if(
      issuers_, [&](const TokenIssuer& issuer) { return name == issuer.name; });
  return found == issuers_.end() ? nullptr : &*found;
}

TokenVerifier::Answer TokenVerifier::Check(std::string_view text, const tenancy::KeyHash& hash) {
  const auto token = Jwt::Parse(text);
  if (!token) return {};
  const TokenIssuer* const issuer = IssuerOf(*token);
  if (!issuer || !IsFor(issuer->audiences, *token)) return {};
  std::string subject = token->claims().Text("sub").value_or("");
  if (subject.size() > kMostSubjectBytes) return {};
  const WallTime wall_now = clock_.WallNow();
  const Verdict times = CheckTimes(*token, *issuer, SecondsOf(wall_now));
  if (times != Verdict::kAccepted) return {times};
  const uint64_t version = issuer->keys->version();  // before the keys: never of later ones
  const auto keys = issuer->keys->Current();
  const SigningKey* const key = keys ? keys->Find(token->kid(), token->algorithm()) : nullptr;
  if (!key) {
    issuer->keys->Miss();
    return {Verdict::kUnknownKey};
  }
  metrics_.SignatureComputed();
  if (!token->SignedBy(*key)) return {};
  const tenancy::Principal* const principal = issuer->Find(token->claims());
  const auto end = std::chrono::seconds(*token->claims().Moment("exp")) + kLeeway;
  cache_.Add(hash, {principal, subject, issuer->keys.get(), version, WallTime(end),
                    clock_.Now() + TokenCache::kLongest});
  return {VerdictOf(principal), principal, std::move(subject)};
}

}  // namespace inferwire::identity
