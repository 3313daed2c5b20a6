// A SHA-256 of bytes that come piece by piece.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace inferwire {

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new()) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void Add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  // Once, last: its 32 bytes.
  std::string Bytes() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &size);
    return {reinterpret_cast<const char*>(digest), size};
  }
  // The same as 64 hexadecimal digits in lower case.
  std::string Hex() { return HexOf(Bytes()); }

  static std::string HexOf(std::string_view bytes) {
    std::string hex;
    for (const char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      hex += "0123456789abcdef"[value >> 4];
      hex += "0123456789abcdef"[value & 15];
    }
    return hex;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace inferwire
