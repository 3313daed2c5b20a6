#include "identity/token_cache.h"

#include <utility>

#include "identity/issuer_keys.h"

namespace inferwire::identity {

const TokenCache::Token* TokenCache::Find(const tenancy::KeyHash& hash, SteadyTime now,
                                          WallTime wall_now) const {
  const auto found = tokens_.find(hash);
  if (found == tokens_.end()) return nullptr;
  const Token& token = found->second;
  const bool good =
      now < token.forget_at && wall_now < token.expires && token.version == token.keys->version();
  return good ? &token : nullptr;
}

void TokenCache::Add(const tenancy::KeyHash& hash, Token token) {
  const auto [place, is_new] = tokens_.insert_or_assign(hash, std::move(token));
  if (!is_new) return;
  if (order_.size() < most_) return order_.push_back(hash);
  tokens_.erase(std::exchange(order_[oldest_], hash));
  oldest_ = (oldest_ + 1) % most_;
}

}  // namespace inferwire::identity
