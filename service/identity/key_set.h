// The keys with which an issuer signs its tokens: a JSON Web Key Set (RFC 7517), read once, then
// immutable and shared by all loops.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace inferwire::identity {

// The two that are allowed: each belongs to one type of key.
enum class Algorithm { kEs256, kRs256 };

class SigningKey {
 public:
  // The token as it was sent: three parts whose header names this key's algorithm.
  bool Signed(std::string_view token) const;

 private:
  friend class KeySet;
  struct Release {
    void operator()(void* key) const;
  };
  explicit SigningKey(void* key) : key_(key) {}

  std::unique_ptr<void, Release> key_;  // cjose_jwk_t
};

class KeySet {
 public:
  // Takes the public keys of P-256, and of RSA with 2048 bits and more, that are for signatures and
  // have an id; others are none of ours and left out. The error says that none is left.
  static Result<std::shared_ptr<const KeySet>> Parse(std::string_view jwks);

  // Null: there is none of this id for this algorithm.
  const SigningKey* Find(std::string_view kid, Algorithm algorithm) const;
  size_t size() const { return keys_[0].size() + keys_[1].size(); }

 private:
  KeySet() = default;

  std::array<std::map<std::string, SigningKey, std::less<>>, 2> keys_;  // by algorithm
};

}  // namespace inferwire::identity
