#include "base/certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <time.h>

#include <algorithm>
#include <memory>

namespace inferwire {
namespace {

constexpr int kMostCertificates = 1000;

std::optional<WallTime> EndOf(const X509& certificate) {
  tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time) != 1) return std::nullopt;
  return WallTime(std::chrono::seconds(timegm(&time)));
}

}  // namespace

std::optional<WallTime> CertificateExpiry(const std::string& pem_file) {
  const std::unique_ptr<BIO, int (*)(BIO*)> file(BIO_new_file(pem_file.c_str(), "r"), BIO_free);
  std::optional<WallTime> earliest;
  for (int i = 0; file && i < kMostCertificates; ++i) {
    const std::unique_ptr<X509, void (*)(X509*)> certificate(
        PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr), X509_free);
    if (!certificate) break;
    if (const auto end = EndOf(*certificate)) {
      earliest = std::min(*end, earliest.value_or(WallTime::max()));
    }
  }
  ERR_clear_error();  // the end of the file is one
  return earliest;
}

}  // namespace inferwire
