// How old the server's keys are and how long its certificates last. Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "telemetry/families.h"
#include "telemetry/label_guard.h"

namespace inferwire::telemetry {

class Metrics;

class CredentialMetrics {
 public:
  explicit CredentialMetrics(Metrics& metrics);

  // name: the upstream whose key was read.
  void SecretLoaded(std::string_view name, WallTime when);
  // name: server, client_ca, ...: a name out of our code or configuration.
  void CertificateExpiry(const std::string& name, WallTime expiry);

 private:
  GaugeFamily &loaded_, &expiry_;
  LabelGuard secrets_;
};

}  // namespace inferwire::telemetry
