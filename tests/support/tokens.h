// Keys of an issuer that a test plays, and the tokens that it signs with them, the wrong ones too.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace inferwire::testing_support {

std::string Base64Url(std::string_view bytes);

class TokenKey {
 public:
  static TokenKey Rsa(unsigned bits = 2048);
  static TokenKey Ec(const char* curve = "P-256");

  // Its public half; `more`: further members, `,"use":"sig"`.
  std::string Jwk(std::string_view kid, std::string_view more = {}) const;
  // The signature of RS256, or ES256, of whatever it is.
  std::string Sign(std::string_view bytes) const;
  // Header and claims as they are: no check of what they say.
  std::string Token(std::string_view header, std::string_view claims) const;
  // With the header that belongs to it.
  std::string TokenOf(std::string_view kid, std::string_view claims) const;
  // As a file has it, for who takes it for a secret.
  std::string Pem() const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  explicit TokenKey(EVP_PKEY* key) : key_(key) {}
  bool is_rsa() const { return EVP_PKEY_is_a(key_.get(), "RSA") == 1; }
  std::string Number(const char* name, int size) const;

  std::unique_ptr<EVP_PKEY, Free> key_;
};

// {"keys":[...]}
std::string Jwks(std::initializer_list<std::string> keys);

}  // namespace inferwire::testing_support
