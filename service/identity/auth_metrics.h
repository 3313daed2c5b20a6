// How callers have proved who they are, and why they were refused. Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "telemetry/families.h"

namespace inferwire::telemetry {

class Metrics;

}  // namespace inferwire::telemetry

namespace inferwire::identity {

// What a call was looked at for.
enum class Proof { kNone, kApiKey, kToken, kCertificate, kForwardedCertificate };
// none, api_key, jwt, certificate, forwarded_certificate
std::string_view Name(Proof proof);

enum class Verdict {
  kAccepted,
  kRequired,       // nothing was shown
  kInvalid,        // unknown, wrong, mistyped
  kExpired,        // right, but no longer
  kTooManyWrong,   // not looked at: the address has guessed too often
  kNoRule,         // a name, or a token, that no rule has
  kOtherTenant,    // the certificate belongs to another tenant than the key or token
  kUntrustedPeer,  // a header of a peer that may not send it: the call goes on without it
  kUnread,         // not known, but the store's keys have not been read yet
  kUnknownKey,     // a token whose key is not known here, or not yet
};

class AuthMetrics {
 public:
  explicit AuthMetrics(telemetry::Metrics& metrics);

  void Seen(Proof proof, Verdict verdict);
  // Whether this gateway asks who calls.
  void Asked(bool asks) { asks_.Set(asks ? 1 : 0); }
  // What a token costs that is not known.
  void SignatureComputed() { signatures_.Increment(); }

 private:
  static constexpr size_t kProofs = 5, kVerdicts = 10;

  telemetry::CounterFamily& family_;
  telemetry::Gauge& asks_;
  telemetry::Counter& signatures_;
  std::array<std::array<telemetry::Counter*, kVerdicts>, kProofs> counters_{};
};

}  // namespace inferwire::identity
