// What a call shows of who it is, before anything else of it is looked at.
#pragma once

#include <optional>
#include <string>

namespace inferwire::identity {

inline constexpr const char* kAuthorization = "authorization";
// As Envoy and Istio write it.
inline constexpr const char* kForwardedCertificate = "x-forwarded-client-cert";

struct Evidence {
  std::optional<std::string> authorization{};          // metadata; unset: it sent none
  std::string certificate{};                           // its verified name; empty: none
  std::optional<std::string> forwarded_certificate{};  // metadata, whoever wrote it
  std::string peer{};                                  // as gRPC names it: ipv4:10.0.0.1:4711
};

}  // namespace inferwire::identity
