#include "support/tokens.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>

#include <algorithm>

#include "codec/base64.h"

namespace inferwire::testing_support {
namespace {

std::string BytesOf(const BIGNUM* number, int size) {
  std::string bytes(static_cast<size_t>(size), '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), size);
  return bytes;
}

}  // namespace

std::string Base64Url(std::string_view bytes) {
  std::string text;
  codec::AppendBase64(text, bytes);
  text.erase(std::min(text.find('='), text.size()));
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

TokenKey TokenKey::Rsa(unsigned bits) { return TokenKey(EVP_RSA_gen(bits)); }
TokenKey TokenKey::Ec(const char* curve) { return TokenKey(EVP_EC_gen(curve)); }

std::string TokenKey::Number(const char* name, int size) const {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key_.get(), name, &number);
  const std::string bytes = BytesOf(number, size > 0 ? size : BN_num_bytes(number));
  BN_free(number);
  return Base64Url(bytes);
}

std::string TokenKey::Jwk(std::string_view kid, std::string_view more) const {
  const auto member = [](const char* name, const std::string& value) {
    return std::string(",\"") + name + "\":\"" + value + "\"";
  };
  std::string jwk = "{\"kid\":\"" + std::string(kid) + "\"";
  if (is_rsa()) {
    jwk += member("kty", "RSA") + member("n", Number(OSSL_PKEY_PARAM_RSA_N, 0)) +
           member("e", Number(OSSL_PKEY_PARAM_RSA_E, 0));
  } else {
    const int bits = EVP_PKEY_get_bits(key_.get()), size = (bits + 7) / 8;
    jwk += member("kty", "EC") + member("crv", "P-" + std::to_string(bits)) +
           member("x", Number(OSSL_PKEY_PARAM_EC_PUB_X, size)) +
           member("y", Number(OSSL_PKEY_PARAM_EC_PUB_Y, size));
  }
  return jwk + std::string(more) + "}";
}

std::string TokenKey::Sign(std::string_view bytes) const {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get());
  std::string signature(1024, '\0');
  size_t size = signature.size();
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  EVP_MD_CTX_free(context);
  signature.resize(size);
  if (is_rsa()) return signature;
  // OpenSSL's form to that of JSON Web Signatures: both numbers, one after the other.
  const auto* der = reinterpret_cast<const unsigned char*>(signature.data());
  ECDSA_SIG* const pair = d2i_ECDSA_SIG(nullptr, &der, static_cast<long>(signature.size()));
  const int number = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
  std::string both =
      BytesOf(ECDSA_SIG_get0_r(pair), number) + BytesOf(ECDSA_SIG_get0_s(pair), number);
  ECDSA_SIG_free(pair);
  return both;
}

std::string TokenKey::Token(std::string_view header, std::string_view claims) const {
  const std::string text = Base64Url(header) + "." + Base64Url(claims);
  return text + "." + Base64Url(Sign(text));
}

std::string TokenKey::TokenOf(std::string_view kid, std::string_view claims) const {
  const std::string header = std::string("{\"alg\":\"") + (is_rsa() ? "RS256" : "ES256") +
                             "\",\"typ\":\"JWT\",\"kid\":\"" + std::string(kid) + "\"}";
  return Token(header, claims);
}

std::string TokenKey::Pem() const {
  BIO* const memory = BIO_new(BIO_s_mem());
  PEM_write_bio_PUBKEY(memory, key_.get());
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string pem(text, static_cast<size_t>(size));
  BIO_free(memory);
  return pem;
}

std::string Jwks(std::initializer_list<std::string> keys) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : ",") + key;
  return "{\"keys\":[" + text + "]}";
}

}  // namespace inferwire::testing_support
