#include "app/token_issuers.h"

#include <memory>
#include <utility>

namespace inferwire::app {
namespace {

using identity::IssuerKeys;

Result<std::shared_ptr<IssuerKeys>> KeysOf(const config::JwtIssuerConfig& issuer,
                                           identity::KeyFetcher& fetcher) {
  if (issuer.keys.empty()) {
    return fetcher.KeysOf({issuer.issuer, issuer.jwks_url, issuer.ca_bundle, issuer.proxy});
  }
  auto set = identity::KeySet::Parse(issuer.from_file);
  if (set) return std::make_shared<IssuerKeys>(std::move(*set));
  Error error = std::move(set.error());
  error.message = "identity.jwt: " + issuer.keys + " " + error.message;
  return error;
}

identity::TokenRule RuleOf(const config::TokenRuleConfig& config, const PrincipalOf& principal_of) {
  identity::TokenRule rule;
  for (const auto& [claim, pattern] : config.claims) {
    rule.claims.emplace_back(claim, tenancy::Pattern(pattern, config::kClaimSeparators));
  }
  rule.principal = principal_of(config.tenant, config.team);
  if (!config.roles.empty()) rule.principal.roles = {};
  for (const tenancy::Role role : config.roles) rule.principal.roles.Add(role);
  return rule;
}

}  // namespace

Result<std::vector<identity::TokenIssuer>> MakeTokenIssuers(
    const std::vector<config::JwtIssuerConfig>& issuers, const PrincipalOf& principal_of,
    identity::KeyFetcher& fetcher) {
  std::vector<identity::TokenIssuer> made;
  for (const config::JwtIssuerConfig& config : issuers) {
    auto keys = KeysOf(config, fetcher);
    if (!keys) return std::move(keys.error());
    identity::TokenIssuer& issuer = made.emplace_back();
    issuer.name = config.issuer;
    issuer.audiences = config.audiences;
    issuer.max_life = config.max_life;
    issuer.keys = std::move(*keys);
    for (const config::TokenRuleConfig& rule : config.rules) {
      issuer.rules.push_back(RuleOf(rule, principal_of));
    }
  }
  return made;
}

}  // namespace inferwire::app
