#include "identity/auth_metrics.h"

#include <string>

#include "telemetry/metrics.h"

namespace inferwire::identity {
namespace {

constexpr std::array kProofNames{"none", "api_key", "jwt", "certificate", "forwarded_certificate"};
constexpr std::array kReasons{
    "",        "credentials_required", "invalid",        "expired",          "too_many_wrong",
    "no_rule", "other_tenant",         "untrusted_peer", "directory_unread", "unknown_key"};

const char* OutcomeOf(Verdict verdict) {
  if (verdict == Verdict::kAccepted) return "accepted";
  return verdict == Verdict::kUntrustedPeer ? "ignored" : "refused";
}

// Which of them there are.
constexpr std::array kSeries{
    std::pair{Proof::kNone, Verdict::kAccepted},
    std::pair{Proof::kNone, Verdict::kRequired},
    std::pair{Proof::kApiKey, Verdict::kAccepted},
    std::pair{Proof::kApiKey, Verdict::kInvalid},
    std::pair{Proof::kApiKey, Verdict::kExpired},
    std::pair{Proof::kApiKey, Verdict::kTooManyWrong},
    std::pair{Proof::kApiKey, Verdict::kUnread},
    std::pair{Proof::kToken, Verdict::kAccepted},
    std::pair{Proof::kToken, Verdict::kInvalid},
    std::pair{Proof::kToken, Verdict::kExpired},
    std::pair{Proof::kToken, Verdict::kNoRule},
    std::pair{Proof::kToken, Verdict::kUnknownKey},
    std::pair{Proof::kToken, Verdict::kTooManyWrong},
    std::pair{Proof::kCertificate, Verdict::kAccepted},
    std::pair{Proof::kCertificate, Verdict::kNoRule},
    std::pair{Proof::kCertificate, Verdict::kOtherTenant},
    std::pair{Proof::kForwardedCertificate, Verdict::kAccepted},
    std::pair{Proof::kForwardedCertificate, Verdict::kNoRule},
    std::pair{Proof::kForwardedCertificate, Verdict::kOtherTenant},
    std::pair{Proof::kForwardedCertificate, Verdict::kUntrustedPeer},
};

}  // namespace

std::string_view Name(Proof proof) { return kProofNames[static_cast<size_t>(proof)]; }

AuthMetrics::AuthMetrics(telemetry::Metrics& metrics)
    : family_(metrics.Counters("inferwire_auth_total",
                               "Calls by what was looked at to know who calls, and what came of "
                               "it; nothing is counted where nobody is asked.")),
      asks_(metrics
                .Gauges("inferwire_auth_asked",
                        "1 if callers have to say who they are, or are told apart; 0 if whoever "
                        "reaches the port is served.")
                .Add({})),
      signatures_(metrics
                      .Counters("inferwire_jwt_verifications_total",
                                "Signatures of tokens that were computed: tokens that were "
                                "verified before are known for a while.")
                      .Add({})) {
  for (const auto& [proof, verdict] : kSeries) {
    const auto row = static_cast<size_t>(proof), column = static_cast<size_t>(verdict);
    counters_[row][column] = &family_.Add({{"method", kProofNames[row]},
                                           {"outcome", OutcomeOf(verdict)},
                                           {"reason", kReasons[column]}});
  }
}

void AuthMetrics::Seen(Proof proof, Verdict verdict) {
  telemetry::Counter* const counter =
      counters_[static_cast<size_t>(proof)][static_cast<size_t>(verdict)];
  if (counter) counter->Increment();
}

}  // namespace inferwire::identity
