#include "unit/http/test_certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace inferwire::http {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate SelfSigned(EVP_PKEY* key) {
  Certificate certificate(X509_new(), &X509_free);
  X509* x = certificate.get();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_set_pubkey(x, key);
  X509_NAME* name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(x, name);
  X509_EXTENSION* san = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
  X509_add_ext(x, san, -1);
  X509_EXTENSION_free(san);
  EXPECT_GT(X509_sign(x, key, EVP_sha256()), 0);
  return certificate;
}

}  // namespace

TestCertificate::TestCertificate() : context_(SSL_CTX_new(TLS_server_method())) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate = SelfSigned(key.get());
  SSL_CTX_use_certificate(context_.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context_.get(), key.get());
  file_ = testing::TempDir() + "inferwire_ca_XXXXXX";
  FILE* file = fdopen(mkstemp(file_.data()), "w");
  PEM_write_X509(file, certificate.get());
  fclose(file);
}

TestCertificate::~TestCertificate() { unlink(file_.c_str()); }

TlsPeer::TlsPeer(const TestCertificate& certificate, Peer& peer)
    : ssl_(SSL_new(certificate.context())) {
  SSL_set_fd(ssl_, peer.fd());
}

std::string TlsPeer::ReadHead() {
  std::string head;
  char c = 0;
  while (!head.ends_with("\r\n\r\n")) {
    if (SSL_read(ssl_, &c, 1) != 1) return {};
    head.push_back(c);
  }
  return head;
}

void TlsPeer::Send(std::string_view bytes) {
  EXPECT_EQ(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())),
            static_cast<int>(bytes.size()));
}

}  // namespace inferwire::http
