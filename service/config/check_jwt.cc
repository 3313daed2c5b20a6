#include "config/check_jwt.h"

#include <cstddef>
#include <set>
#include <string>

#include "base/local_url.h"
#include "base/sha256.h"
#include "base/small_file.h"
#include "tenancy/pattern.h"

namespace inferwire::config {
namespace {

tenancy::Pattern PatternOf(const std::string& text) {
  return tenancy::Pattern(text, kClaimSeparators);
}

size_t Letters(const TokenRuleConfig& rule) {
  size_t letters = 0;
  for (const auto& [claim, pattern] : rule.claims) letters += PatternOf(pattern).literal();
  return letters;
}

// Whether there is a token that both fit, as far as no claim is a list.
bool Overlap(const TokenRuleConfig& a, const TokenRuleConfig& b) {
  for (const auto& [claim, pattern] : a.claims) {
    const auto other = b.claims.find(claim);
    if (other == b.claims.end()) continue;
    if (!PatternOf(pattern).Overlaps(PatternOf(other->second))) return false;
  }
  return true;
}

void CheckTokenRules(const JwtIssuerConfig& issuer, const std::string& path,
                     const CheckRuleOwner& check_owner, Faults& faults) {
  const auto at = [&](size_t i) { return path + ".rules[" + std::to_string(i) + "]"; };
  for (size_t i = 0; i < issuer.rules.size(); ++i) {
    const TokenRuleConfig& rule = issuer.rules[i];
    check_owner(rule,
                [&](const char* key, const char* what) { faults.AddAt(at(i) + "." + key, what); });
    if (rule.claims.empty()) faults.AddAt(at(i) + ".claims", "names no claim");
    for (size_t before = 0; before < i; ++before) {
      const TokenRuleConfig& other = issuer.rules[before];
      if (Letters(other) != Letters(rule) || !Overlap(other, rule)) continue;
      faults.AddAt(at(i) + ".claims", "fit tokens that " + at(before) +
                                          " fits, and neither says more: give one more letters");
      break;
    }
  }
}

void ReadKeys(JwtIssuerConfig& issuer, const std::string& path, Faults& faults) {
  issuer.from_file.clear();
  issuer.digest.clear();
  if (issuer.keys.empty()) return;
  auto text = ReadSmallFile(issuer.keys, kMaxJwksFileBytes);
  if (!text) return faults.AddAt(path + ".keys", text.error().message);
  Sha256 digest;
  digest.Add(*text);
  issuer.digest = digest.Hex();
  issuer.from_file = std::move(*text);
}

}  // namespace

void CheckJwt(std::vector<JwtIssuerConfig>& issuers, const CheckRuleOwner& check_owner,
              Faults& faults) {
  std::set<std::string> names;
  for (size_t i = 0; i < issuers.size(); ++i) {
    JwtIssuerConfig& issuer = issuers[i];
    const std::string path = "identity.jwt[" + std::to_string(i) + "]";
    if (!issuer.issuer.empty() && !names.insert(issuer.issuer).second) {
      faults.AddAt(path + ".issuer", "is another one's too; one can have several audiences");
    }
    const bool has_file = !issuer.keys.empty(), has_url = !issuer.jwks_url.empty();
    if (has_file && has_url) {
      faults.AddAt(path + ".keys", "and jwks_url are two places for the same keys: give one");
    }
    if (!has_file && !has_url && !issuer.issuer.empty() && !IsHttpsOrLocal(issuer.issuer)) {
      faults.AddAt(path + ".issuer",
                   "is no https URL, so that its keys cannot be found: give jwks_url or keys");
    }
    ReadKeys(issuer, path, faults);
    CheckTokenRules(issuer, path, check_owner, faults);
  }
}

}  // namespace inferwire::config
