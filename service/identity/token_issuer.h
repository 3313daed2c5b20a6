// An issuer of tokens, and to whom what it says of a caller belongs. A part of the rules.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "identity/issuer_keys.h"
#include "identity/json_members.h"
#include "tenancy/pattern.h"
#include "tenancy/principal.h"

namespace inferwire::identity {

// All of the claims have to fit. Of a claim that is a list, one of its texts has to.
struct TokenRule {
  std::vector<std::pair<std::string, tenancy::Pattern>> claims{};
  tenancy::Principal principal{};

  bool Fits(const JsonMembers& token) const;
  // Of two that fit, the one with more letters of its own counts.
  size_t literal() const;
};

struct TokenIssuer {
  std::string name{};                    // its `iss`
  std::vector<std::string> audiences{};  // one of them has to be in `aud`
  Duration max_life = std::chrono::hours(25);
  std::shared_ptr<IssuerKeys> keys{};  // shared with whoever fetches them
  std::vector<TokenRule> rules{};

  // Null: none fits. Of two that say as much, which a claim that is a list can bring about, the
  // first.
  const tenancy::Principal* Find(const JsonMembers& token) const;
};

}  // namespace inferwire::identity
