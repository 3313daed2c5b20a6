#include "config/sections_jwt.h"

#include "config/forms.h"
#include "config/sections.h"

namespace inferwire::config {

void AddExampleJwt(Config& config) {
  JwtIssuerConfig& issuer = config.identity.jwt.emplace_back();
  issuer.issuer = "https://oidc.prod.example/id/cluster";
  issuer.audiences = {"inferwire"};
  issuer.rules = {
      {{{"sub", "system:serviceaccount:ml:*"}}, "acme", "search", {tenancy::Role::kCaller}}};
}

// Without a word of their own, so that a rule fits on a line.
Keys KeysOf(TokenRuleConfig& rule) {
  Keys keys;
  keys.Map("claims", rule.claims, ClaimFault, {}, {.missing = "is missing"});
  keys.Text("tenant", rule.tenant, kTenantId, {}, {.missing = "is missing"});
  keys.Text("team", rule.team, kTenantId);
  std::vector<std::pair<std::string_view, tenancy::Role>> roles;
  for (const std::string_view name : tenancy::kRoleNames) {
    roles.emplace_back(name, *tenancy::RoleOf(name));
  }
  keys.Choices<tenancy::Role>("roles", rule.roles, roles, {}, {.instead = "caller"});
  return keys;
}

Keys KeysOf(JwtIssuerConfig& issuer) {
  Keys keys;
  keys.Text("issuer", issuer.issuer, kIssuer, "What its tokens have as iss, letter by letter.",
            {.missing = "is missing"});
  keys.TextList("audiences", issuer.audiences, 20, kAudience, {},
                "One of them has to be in the token's aud: a token for somebody else is refused.",
                {.missing = "is missing"});
  keys.Text("jwks_url", issuer.jwks_url, kSafeUrl,
            "Where its keys are, over https. They are fetched every 10 minutes, and at once (every "
            "30 s at most) for a key that is not known; the last good ones are kept for 24 h.",
            {.example = "https://login.example/keys",
             .instead = "what the issuer's /.well-known/openid-configuration names"});
  keys.Text("keys", issuer.keys, kFilePath,
            "A file with them instead (kubectl get --raw /openid/v1/jwks), which is watched, for "
            "issuers that cannot be reached.",
            {.example = "/etc/inferwire/jwks/jwks.json", .instead = "none"});
  keys.Text("ca_bundle", issuer.ca_bundle, kFilePath,
            "A PEM file with the authorities to trust instead of the system's.",
            {.example = "/etc/inferwire/issuer-ca.crt", .instead = "the system's"});
  keys.Text("proxy", issuer.proxy, kHttpUrl,
            "An HTTP proxy; proxy variables of the environment are ignored.",
            {.example = "http://proxy.example:3128", .instead = "none"});
  keys.Time("max_life", issuer.max_life, std::chrono::minutes(1), std::chrono::hours(24 * 31),
            "Between a token's iat and its exp at most: longer ones are refused.");
  keys.List("rules", issuer.rules, 1, 1000,
            "To whom its tokens belong: all claims have to fit, of a claim that is a list one of "
            "its texts. \"*\" is any text without ':', \"**\" any text; the rule that is more of a "
            "token's own letters counts. A good token that no rule fits is refused. roles: caller, "
            "tenant_viewer, tenant_admin, viewer, admin.",
            {.missing = "is missing: without rules nobody's tokens are good"});
  return keys;
}

}  // namespace inferwire::config
