#include "rpc/certificate_expiry.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

namespace llmgate::rpc {

std::optional<WallTime> CertificateExpiry(const std::string& path) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> file(BIO_new_file(path.c_str(), "r"), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  std::tm time{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) != 1) {
    ERR_clear_error();  // nobody else's business on this thread
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(timegm(&time));
}

}  // namespace llmgate::rpc
