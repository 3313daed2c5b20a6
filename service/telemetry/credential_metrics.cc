#include "telemetry/credential_metrics.h"

#include "telemetry/metrics.h"

namespace inferwire::telemetry {
namespace {

constexpr size_t kMaxSecrets = 20;

}  // namespace

CredentialMetrics::CredentialMetrics(Metrics& metrics)
    : loaded_(metrics.Gauges("inferwire_secret_last_loaded_timestamp_seconds",
                             "When the upstream's key was read that is in use.")),
      expiry_(metrics.Gauges("inferwire_tls_certificate_expiry_timestamp_seconds",
                             "When a loaded certificate expires.")),
      secrets_(metrics.Guard(loaded_.GetName(), kMaxSecrets)) {}

void CredentialMetrics::SecretLoaded(std::string_view name, WallTime when) {
  if (!secrets_.Admit(name)) return;  // a folded time would be nobody's
  loaded_.Add({{"secret", std::string(name)}}).Set(Seconds(when));
}

void CredentialMetrics::CertificateExpiry(const std::string& name, WallTime expiry) {
  expiry_.Add({{"cert", name}}).Set(Seconds(expiry));
}

}  // namespace inferwire::telemetry
