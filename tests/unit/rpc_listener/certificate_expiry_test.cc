#include "rpc/certificate_expiry.h"

#include <gtest/gtest.h>

#include "support/certificates.h"

namespace llmgate::rpc {
namespace {

using std::chrono::hours;

TEST(CertificateExpiry, IsWhatTheFirstCertificateOfTheFileSays) {
  const testing::Certificates certificates;
  const auto expiry = CertificateExpiry(certificates.path("server.pem"));
  ASSERT_TRUE(expiry);
  const auto left = *expiry - std::chrono::system_clock::now();
  EXPECT_GT(left, hours(47));
  EXPECT_LE(left, hours(48));
}

TEST(CertificateExpiry, IsNothingWithoutACertificate) {
  const testing::Certificates certificates;
  EXPECT_FALSE(CertificateExpiry(certificates.path("server.key")));
  EXPECT_FALSE(CertificateExpiry(certificates.path("no-such-file")));
  EXPECT_FALSE(CertificateExpiry("/"));
}

}  // namespace
}  // namespace llmgate::rpc
