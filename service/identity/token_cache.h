// Tokens that were verified, by their SHA-256: for a while they need not be verified again. Of one
// loop and one version of the rules. The oldest goes when there are too many.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "tenancy/key_text.h"
#include "tenancy/principal.h"

namespace inferwire::identity {

class IssuerKeys;

class TokenCache {
 public:
  static constexpr size_t kMost = 4096;
  static constexpr Duration kLongest = std::chrono::minutes(5);

  explicit TokenCache(size_t most = kMost) : most_(most) {}

  struct Token {
    const tenancy::Principal* principal = nullptr;  // null: it is good, and nobody's
    std::string subject{};
    const IssuerKeys* keys = nullptr;
    uint64_t version = 0;  // of the keys
    WallTime expires{};    // by its own word, whatever is done to the clock meanwhile
    SteadyTime forget_at{};
  };
  // Null: it is not known, or not any more.
  const Token* Find(const tenancy::KeyHash& hash, SteadyTime now, WallTime wall_now) const;
  void Add(const tenancy::KeyHash& hash, Token token);
  size_t size() const { return tokens_.size(); }

 private:
  struct Hash {
    size_t operator()(const tenancy::KeyHash& hash) const {
      size_t value = 0;
      std::memcpy(&value, hash.data(), sizeof(value));
      return value;
    }
  };

  const size_t most_;
  std::unordered_map<tenancy::KeyHash, Token, Hash> tokens_;
  std::vector<tenancy::KeyHash> order_;  // a ring of those that are in there
  size_t oldest_ = 0;
};

}  // namespace inferwire::identity
