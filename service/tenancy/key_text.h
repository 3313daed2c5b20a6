// The text of an API key: iw_ID_SECRETCHECK. ID is 8 letters and digits that say which key it is,
// SECRET 43 of them (256 bits), CHECK 6 (the CRC-32 of all before it): a mistyped key is known
// without looking it up, and tools that search for leaked secrets know the form.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inferwire::tenancy {

inline constexpr std::string_view kKeyPrefix = "iw_";
inline constexpr size_t kKeyIdSize = 8, kKeySecretSize = 43, kKeyCheckSize = 6;
inline constexpr size_t kKeySize =
    kKeyPrefix.size() + kKeyIdSize + 1 + kKeySecretSize + kKeyCheckSize;
// How many of its last letters may be shown, so that people know which one it is.
inline constexpr size_t kKeyHintSize = 4;

bool IsKeyId(std::string_view text);
// It begins like a key: whatever is wrong with it, it is meant to be one.
inline bool LooksLikeKey(std::string_view text) { return text.starts_with(kKeyPrefix); }
// The id in it; nothing if it has not the form of a key, or its check does not fit.
std::optional<std::string_view> IdOfKey(std::string_view text);

// A new secret of this key, or of a new one. random fills bytes from a source that nobody can
// guess; it says whether it could.
using RandomBytes = std::function<bool(unsigned char* to, size_t size)>;
std::optional<std::string> NewKeyId(const RandomBytes& random);
std::optional<std::string> NewKey(std::string_view id, const RandomBytes& random);
// Of the operating system and OpenSSL.
bool SystemRandomBytes(unsigned char* to, size_t size);

using KeyHash = std::array<unsigned char, 32>;
// 64 hexadecimal digits in lower case, and back.
std::string HexOf(const KeyHash& hash);
std::optional<KeyHash> ParseKeyHash(std::string_view hex);
// Takes the same time whatever they are.
bool SameHash(const KeyHash& a, const KeyHash& b);

// What is kept of a key: its SHA-256, or its HMAC-SHA-256 with a pepper. 256 random bits need no
// slow hash. Of one thread.
class KeyHasher {
 public:
  explicit KeyHasher(std::string_view pepper = {});

  KeyHash Of(std::string_view key);

 private:
  struct Free {
    void operator()(EVP_MD* algorithm) const { EVP_MD_free(algorithm); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(EVP_MAC* algorithm) const { EVP_MAC_free(algorithm); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };

  // Fetched once: OpenSSL takes longer to find an algorithm than to use it.
  std::unique_ptr<EVP_MD, Free> sha256_;
  std::unique_ptr<EVP_MD_CTX, Free> digest_;
  std::unique_ptr<EVP_MAC, Free> hmac_;
  std::unique_ptr<EVP_MAC_CTX, Free> mac_;  // null: there is no pepper
};

}  // namespace inferwire::tenancy
