// Any text as the sections of tenants and of how callers prove who they are: what is taken fits
// together, and nothing of it is wider than what is above it.
#include <map>
#include <set>
#include <string>

#include "config/config.h"
#include "fuzz/input.h"
#include "fuzz/json_judge.h"
#include "fuzz/require.h"
#include "tenancy/access.h"

namespace inferwire::fuzz {
namespace {

constexpr std::string_view kAround =
    "server: {listen: \"127.0.0.1:0\"}\nupstreams: [{name: sim, simulator: true}]\n";

using Teams = std::map<std::string, std::set<std::string>>;

void CheckOwner(const Teams& teams, const std::string& tenant, const std::string& team) {
  const auto found = teams.find(tenant);
  Require(found != teams.end(), "what belongs to a tenant names one that is there", tenant);
  Require(team.empty() || found->second.contains(team), "the same of a team", team);
}

void CheckNarrower(const tenancy::Access& below, const tenancy::Access& above) {
  for (const auto& [name, operation] : tenancy::kOperations) {
    Require(!below.MayCall(name) || above.MayCall(name), "nothing is wider than what is above it");
  }
  Require(!above.restricts_models() || below.restricts_models(), "models neither");
  const auto limit = above.max_output_tokens();
  Require(!limit || (below.max_output_tokens() && *below.max_output_tokens() <= *limit),
          "nor answers longer");
}

void CheckConfig(const config::Config& config) {
  Teams teams;
  for (const config::TenantConfig& tenant : config.tenants) {
    Require(!tenant.id.empty() && !teams.contains(tenant.id), "a tenant's id is its own");
    std::set<std::string>& own = teams[tenant.id];
    const tenancy::Access whole(tenant.access.rules());
    for (const config::TeamConfig& team : tenant.teams) {
      Require(own.insert(team.id).second, "a team's id is its own");
      CheckNarrower(whole.NarrowedBy(team.access.rules()), whole);
    }
  }
  const config::IdentityConfig& identity = config.identity;
  std::set<std::string> keys, issuers;
  for (const config::ApiKeyConfig& key : identity.keys.entries) {
    CheckOwner(teams, key.tenant, key.team);
    Require(keys.insert(key.id).second, "a key's id is its own");
  }
  for (const config::JwtIssuerConfig& issuer : identity.jwt) {
    Require(issuers.insert(issuer.issuer).second, "an issuer stands there once");
    Require(!issuer.audiences.empty(), "its tokens are for somebody");
    for (const config::TokenRuleConfig& rule : issuer.rules) {
      CheckOwner(teams, rule.tenant, rule.team);
      Require(!rule.claims.empty(), "no rule fits every token");
    }
  }
  for (const auto* rules : {&identity.certificates, &identity.forwarded.rules}) {
    for (const config::CertificateRuleConfig& rule : *rules) {
      CheckOwner(teams, rule.tenant, rule.team);
    }
  }
  Require(identity.anonymous.empty() || teams.contains(identity.anonymous),
          "those that prove nothing are a tenant that is there");
  Require(IsJson(config::Redacted(config)), "it can be shown");
}

}  // namespace

void Run(std::string_view yaml) {
  const auto loaded = config::ParseConfig(std::string(kAround) + std::string(yaml), "fuzz.yaml");
  if (const auto* config = std::get_if<config::Config>(&loaded)) return CheckConfig(*config);
  for (const auto& fault : std::get<std::vector<config::ConfigFault>>(loaded)) {
    Require(!fault.path.empty() && !fault.text.empty(), "a fault says where and what");
  }
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
