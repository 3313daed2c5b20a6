#include "tenancy/key_text.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

namespace inferwire::tenancy {
namespace {

constexpr std::string_view kAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// Each call's key is looked at: a table instead of a search.
constexpr std::array<bool, 256> kOfAlphabet = [] {
  std::array<bool, 256> table{};
  for (const char c : kAlphabet) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool IsOfAlphabet(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return kOfAlphabet[static_cast<unsigned char>(c)]; });
}

// CRC-32 as zlib has it (reflected, 0xEDB88320).
constexpr std::array<uint32_t, 256> kCrcTable = [] {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320u : 0u);
    table[i] = value;
  }
  return table;
}();

uint32_t Crc32(std::string_view text) {
  uint32_t crc = ~0u;
  for (const char c : text)
    crc = (crc >> 8) ^ kCrcTable[(crc ^ static_cast<unsigned char>(c)) & 255];
  return ~crc;
}

std::array<char, kKeyCheckSize> CheckOf(std::string_view text) {
  std::array<char, kKeyCheckSize> check{};
  uint64_t rest = Crc32(text);
  for (size_t i = check.size(); i-- > 0; rest /= kAlphabet.size()) {
    check[i] = kAlphabet[rest % kAlphabet.size()];
  }
  return check;
}

// Each letter is as likely as any other.
std::optional<std::string> RandomText(size_t size, const RandomBytes& random) {
  constexpr unsigned kFair = 256 / kAlphabet.size() * kAlphabet.size();
  std::string text;
  std::array<unsigned char, 64> bytes{};
  while (text.size() < size) {
    if (!random(bytes.data(), bytes.size())) return std::nullopt;
    for (const unsigned char byte : bytes) {
      if (byte < kFair && text.size() < size) text += kAlphabet[byte % kAlphabet.size()];
    }
  }
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return text;
}

}  // namespace

bool IsKeyId(std::string_view text) { return text.size() == kKeyIdSize && IsOfAlphabet(text); }

std::optional<std::string_view> IdOfKey(std::string_view text) {
  if (text.size() != kKeySize || !LooksLikeKey(text)) return std::nullopt;
  const std::string_view id = text.substr(kKeyPrefix.size(), kKeyIdSize);
  const std::string_view secret = text.substr(kKeyPrefix.size() + kKeyIdSize + 1);
  if (text[kKeyPrefix.size() + kKeyIdSize] != '_' || !IsOfAlphabet(id) || !IsOfAlphabet(secret)) {
    return std::nullopt;
  }
  const auto check = CheckOf(text.substr(0, kKeySize - kKeyCheckSize));
  if (!text.ends_with(std::string_view(check.data(), check.size()))) return std::nullopt;
  return id;
}

std::optional<std::string> NewKeyId(const RandomBytes& random) {
  return RandomText(kKeyIdSize, random);
}

std::optional<std::string> NewKey(std::string_view id, const RandomBytes& random) {
  const auto secret = RandomText(kKeySecretSize, random);
  if (!secret) return std::nullopt;
  std::string key(kKeyPrefix);
  key.append(id).append(1, '_').append(*secret);
  const auto check = CheckOf(key);
  return key.append(check.data(), check.size());
}

bool SystemRandomBytes(unsigned char* to, size_t size) {
  return RAND_bytes(to, static_cast<int>(size)) == 1;
}

std::string HexOf(const KeyHash& hash) {
  std::string hex;
  for (const unsigned char byte : hash) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::optional<KeyHash> ParseKeyHash(std::string_view hex) {
  KeyHash hash{};
  if (hex.size() != 2 * hash.size()) return std::nullopt;
  for (size_t i = 0; i < hex.size(); ++i) {
    const size_t digit = std::string_view("0123456789abcdef").find(hex[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    hash[i / 2] = static_cast<unsigned char>(hash[i / 2] * 16 + digit);
  }
  return hash;
}

bool SameHash(const KeyHash& a, const KeyHash& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

KeyHasher::KeyHasher(std::string_view pepper)
    : sha256_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), digest_(EVP_MD_CTX_new()) {
  if (pepper.empty()) return;
  hmac_.reset(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  mac_.reset(EVP_MAC_CTX_new(hmac_.get()));
  char name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                   OSSL_PARAM_construct_end()};
  if (EVP_MAC_init(mac_.get(), reinterpret_cast<const unsigned char*>(pepper.data()), pepper.size(),
                   parameters) != 1) {
    std::abort();  // OpenSSL without HMAC
  }
}

KeyHash KeyHasher::Of(std::string_view key) {
  KeyHash hash{};
  const auto* const bytes = reinterpret_cast<const unsigned char*>(key.data());
  bool good = false;
  if (mac_) {
    size_t size = 0;
    good = EVP_MAC_init(mac_.get(), nullptr, 0, nullptr) == 1 &&
           EVP_MAC_update(mac_.get(), bytes, key.size()) == 1 &&
           EVP_MAC_final(mac_.get(), hash.data(), &size, hash.size()) == 1;
  } else {
    unsigned size = 0;
    good = EVP_DigestInit_ex2(digest_.get(), sha256_.get(), nullptr) == 1 &&
           EVP_DigestUpdate(digest_.get(), bytes, key.size()) == 1 &&
           EVP_DigestFinal_ex(digest_.get(), hash.data(), &size) == 1;
  }
  if (!good) std::abort();  // a hash of nothing must not be the hash of a key
  return hash;
}

}  // namespace inferwire::tenancy
