#include "identity/token_issuer.h"

#include <algorithm>

namespace inferwire::identity {
namespace {

bool FitsClaim(const JsonMembers& token, const std::string& name, const tenancy::Pattern& pattern) {
  if (const auto texts = token.Texts(name)) {
    return std::ranges::any_of(*texts, [&](const auto& text) { return pattern.Matches(text); });
  }
  // Numbers and truth values, as they are written.
  const auto value = token.Find(name);
  return value && value->find_first_of("[{") != 0 && pattern.Matches(*value);
}

}  // namespace

bool TokenRule::Fits(const JsonMembers& token) const {
  return std::ranges::all_of(
      claims, [&](const auto& claim) { return FitsClaim(token, claim.first, claim.second); });
}

size_t TokenRule::literal() const {
  size_t letters = 0;
  for (const auto& [name, pattern] : claims) letters += pattern.literal();
  return letters;
}

const tenancy::Principal* TokenIssuer::Find(const JsonMembers& token) const {
  const TokenRule* best = nullptr;
  for (const TokenRule& rule : rules) {
    if (best && rule.literal() <= best->literal()) continue;
    if (rule.Fits(token)) best = &rule;
  }
  return best ? &best->principal : nullptr;
}

}  // namespace inferwire::identity
