#include "identity/authenticator.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "identity/forwarded_certificate.h"

namespace inferwire::identity {
namespace {

Error Unauthenticated(v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = Code::kUnauthenticated;
  error.reason = reason;
  error.origin = Origin::kCaller;
  error.message = std::move(message);
  return error;
}

// One text for every way in which a key or token can be wrong: who guesses learns nothing.
Error Invalid() {
  return Unauthenticated(v1::ERROR_REASON_INVALID_CREDENTIALS,
                         "the credential in the metadata \"authorization\" is not known here");
}

Error TooManyWrong(Duration left) {
  Error error = Unauthenticated(
      v1::ERROR_REASON_INVALID_CREDENTIALS,
      "this address has shown too many credentials that are not known here; until the minute is "
      "over its credentials are not looked at");
  error.metadata["retry_after_seconds"] =
      std::to_string(std::chrono::ceil<std::chrono::seconds>(left).count());
  return error;
}

Error Required() {
  return Unauthenticated(v1::ERROR_REASON_CREDENTIALS_REQUIRED,
                         "this gateway serves callers that say who they are: send the metadata "
                         "\"authorization: Bearer KEY\", or show a client certificate");
}

Error Expired(Proof proof) {
  return Unauthenticated(
      v1::ERROR_REASON_CREDENTIALS_EXPIRED,
      proof == Proof::kToken ? "the token has expired: get a new one" : "the API key has expired");
}

// A database that is down is no reason to say that a key is wrong.
Error Unread() {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_STORE_UNAVAILABLE;
  error.message =
      "this replica has not been able to read the API keys of the store since it started, and "
      "does not know this one";
  error.safe_to_retry = true;
  return error;
}

Error Denied(std::string message) {
  Error error = Unauthenticated(v1::ERROR_REASON_CALLER_NOT_ALLOWED, std::move(message));
  error.code = Code::kPermissionDenied;
  return error;
}

// The credential of "Bearer CREDENTIAL"; nothing if it is another scheme.
std::optional<std::string_view> BearerOf(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (authorization.size() < kScheme.size() ||
      !EqualsIgnoringCase(authorization.substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return Trim(authorization.substr(kScheme.size()));
}

}  // namespace

Authenticator::Authenticator(std::shared_ptr<const Rules> rules, const Clock& clock,
                             AuthMetrics& metrics, Refusals& refusals)
    : rules_(std::move(rules)),
      clock_(clock),
      metrics_(metrics),
      refusals_(refusals),
      hasher_(rules_->pepper) {
  if (!rules_->tokens.empty()) tokens_.emplace(rules_->tokens, clock_, metrics_);
}

Result<Caller> Authenticator::Identify(const Evidence& evidence) {
  const Name name = NameOf(evidence);
  if (!evidence.authorization) {
    auto by_name = ByName(name);
    if (!by_name || by_name->principal) return by_name;
    if (rules_->required) return Refuse(Proof::kNone, Verdict::kRequired);
    metrics_.Seen(Proof::kNone, Verdict::kAccepted);
    return Caller{rules_->directory.anonymous ? &*rules_->directory.anonymous : nullptr};
  }
  const bool forwarded = name.proof == Proof::kForwardedCertificate;
  auto caller = ByCredential(*evidence.authorization,
                             gateway::CallerKey::Of(forwarded ? name.text : "", evidence.peer),
                             forwarded ? name.text : evidence.peer);
  if (!caller) return caller;
  // The name need not belong to anybody, but must not belong to another tenant.
  const tenancy::Principal* const named = name.rules ? name.rules->Find(name.text) : nullptr;
  if (named && named->tenant != caller->principal->tenant) {
    return Refuse(name.proof, Verdict::kOtherTenant);
  }
  metrics_.Seen(caller->proof, Verdict::kAccepted);
  return caller;
}

bool Authenticator::TrustsForwarded(const Evidence& evidence) const {
  const auto matches = [&](const tenancy::Pattern& pattern) {
    return !evidence.certificate.empty() && pattern.Matches(evidence.certificate);
  };
  if (std::ranges::any_of(rules_->trusted_peers, matches)) return true;
  if (rules_->trusted_addresses.empty() || !evidence.certificate.empty()) return false;
  return std::ranges::find(rules_->trusted_addresses, AddressOfPeer(evidence.peer)) !=
         rules_->trusted_addresses.end();
}

Authenticator::Name Authenticator::NameOf(const Evidence& evidence) {
  const tenancy::Directory& directory = rules_->directory;
  if (evidence.forwarded_certificate) {
    if (TrustsForwarded(evidence)) {
      return {Proof::kForwardedCertificate, &directory.forwarded,
              ForwardedUri(*evidence.forwarded_certificate).value_or("")};
    }
    metrics_.Seen(Proof::kForwardedCertificate, Verdict::kUntrustedPeer);
  }
  if (evidence.certificate.empty() || directory.certificates.empty()) return {};
  return {Proof::kCertificate, &directory.certificates, evidence.certificate};
}

Authenticator::Found Authenticator::ByName(const Name& name) {
  if (!name.rules) return Caller{};
  if (const tenancy::Principal* const found = name.rules->Find(name.text)) {
    metrics_.Seen(name.proof, Verdict::kAccepted);
    return Caller{found, name.proof, name.text};
  }
  // Where nobody has to prove anything, it proves nothing.
  if (!rules_->required) return Caller{};
  return Refuse(name.proof, Verdict::kNoRule);
}

Authenticator::Found Authenticator::ByCredential(std::string_view authorization,
                                                 gateway::CallerKey address, std::string_view who) {
  const auto credential = BearerOf(authorization);
  const bool key = credential && tenancy::LooksLikeKey(*credential);
  const SteadyTime now = clock_.Now();
  if (refusals_.Of(address, now) >= rules_->max_wrong_per_minute) {
    return Refuse(key ? Proof::kApiKey : Proof::kToken, Verdict::kTooManyWrong);
  }
  bool wrong = false;
  auto found = key ? ByKey(*credential, wrong) : ByToken(credential.value_or(""), wrong);
  if (wrong && refusals_.Add(address, now) == rules_->max_wrong_per_minute) {
    refusals_.TellOfBurst(who);
  }
  return found;
}

Authenticator::Found Authenticator::ByKey(std::string_view text, bool& wrong) {
  wrong = true;
  const auto id = tenancy::IdOfKey(text);
  const tenancy::Key* const key = id ? rules_->directory.FindKey(*id) : nullptr;
  if (!key && id && !rules_->directory_read) {
    wrong = false;
    return Refuse(Proof::kApiKey, Verdict::kUnread);
  }
  if (!key) return Refuse(Proof::kApiKey, Verdict::kInvalid);
  const tenancy::KeyHash hash = hasher_.Of(text);
  // Both are compared, whichever it is.
  const tenancy::KeySecret* shown = nullptr;
  for (const tenancy::KeySecret& secret : key->secrets) {
    if (tenancy::SameHash(hash, secret.hash)) shown = &secret;
  }
  if (!shown) return Refuse(Proof::kApiKey, Verdict::kInvalid);
  wrong = false;
  if (clock_.WallNow() >= shown->until) return Refuse(Proof::kApiKey, Verdict::kExpired);
  key->used.Mark();
  return Caller{&key->principal, Proof::kApiKey, key->principal.key};
}

Authenticator::Found Authenticator::ByToken(std::string_view text, bool& wrong) {
  TokenVerifier::Answer answer;
  if (tokens_) answer = tokens_->Verify(text);
  // One whose key is not known here is no guess: an issuer may have begun to sign with it.
  wrong = answer.verdict == Verdict::kInvalid;
  if (answer.verdict != Verdict::kAccepted) return Refuse(Proof::kToken, answer.verdict);
  return Caller{answer.principal, Proof::kToken, std::move(answer.subject)};
}

Authenticator::Found Authenticator::Refuse(Proof proof, Verdict verdict) {
  metrics_.Seen(proof, verdict);
  switch (verdict) {
    case Verdict::kRequired:
      return Required();
    case Verdict::kExpired:
      return Expired(proof);
    case Verdict::kTooManyWrong:
      return TooManyWrong(Refusals::Left(clock_.Now()));
    case Verdict::kUnread:
      return Unread();
    case Verdict::kNoRule:
      return Denied(std::string("the ") +
                    (proof == Proof::kToken ? "token" : "client certificate") +
                    " belongs to no tenant of this gateway");
    case Verdict::kOtherTenant:
      return Denied("the client certificate belongs to another tenant than the credential");
    default:
      return Invalid();
  }
}

}  // namespace inferwire::identity
