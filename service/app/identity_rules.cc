#include "app/identity_rules.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "app/token_issuers.h"
#include "base/secret.h"
#include "config/values.h"

namespace inferwire::app {
namespace {

WallTime MomentOr(const std::string& text, WallTime otherwise) {
  const auto moment = config::ParseMoment(text);
  return moment ? WallTime(*moment) : otherwise;
}

// Whoever is of a tenant, or of one of its teams.
class Principals {
 public:
  explicit Principals(const std::vector<config::TenantConfig>& tenants) {
    by_name_.emplace("", tenancy::Principal());  // of no tenant: see config's TenantFault
    for (const config::TenantConfig& tenant : tenants) {
      tenancy::Principal whole;
      whole.tenant = tenant.id;
      whole.disabled = tenant.disabled;
      if (!tenant.labels.empty()) {
        whole.labels =
            std::make_shared<const tenancy::Labels>(tenant.labels.begin(), tenant.labels.end());
      }
      whole.access = tenancy::Access(tenant.access.rules());
      for (const config::TeamConfig& team : tenant.teams) {
        tenancy::Principal part = whole;
        part.team = team.id;
        part.access = whole.access.NarrowedBy(team.access.rules());
        by_name_.emplace(part.name(), std::move(part));
      }
      by_name_.emplace(tenant.id, std::move(whole));
    }
  }

  // They exist: config/check_tenants.cc has looked.
  const tenancy::Principal& Of(const std::string& tenant, const std::string& team) const {
    return by_name_.at(team.empty() ? tenant : tenant + "/" + team);
  }

 private:
  std::unordered_map<std::string, tenancy::Principal> by_name_;
};

tenancy::Key KeyOf(const config::ApiKeyConfig& config, const Principals& principals) {
  tenancy::Key key;
  key.principal = principals.Of(config.tenant, config.team);
  key.principal.key = config.id;
  key.principal.roles = config::RolesOf(config.roles);
  key.principal.access = key.principal.access.NarrowedBy(config.access.rules());
  const WallTime end = MomentOr(config.expires, WallTime::max());
  key.secrets.push_back({tenancy::ParseKeyHash(config.hash).value(), end});
  if (const auto old = tenancy::ParseKeyHash(config.old_hash)) {
    key.secrets.push_back({*old, std::min(MomentOr(config.old_until, end), end)});
  }
  return key;
}

void AddRules(const std::vector<config::CertificateRuleConfig>& from, const Principals& principals,
              tenancy::NameRules& to) {
  for (const config::CertificateRuleConfig& rule : from) {
    tenancy::Principal principal = principals.Of(rule.tenant, rule.team);
    principal.roles = config::RolesOf(rule.roles);
    to.Add({tenancy::Pattern(rule.is, config::kNameSeparators), std::move(principal)});
  }
}

Result<std::string> ReadPepper(const config::KeySource& source) {
  if (source.kind == config::KeySource::Kind::kNone) return std::string();
  auto secret = source.kind == config::KeySource::Kind::kEnv ? Secret::FromEnv(source.name)
                                                             : Secret::FromFile(source.name);
  if (secret) return std::string(secret->Reveal());
  Error error = std::move(secret.error());
  error.message = "identity.keys.pepper: " + error.message;
  return error;
}

}  // namespace

Result<tenancy::UserRules> UserRulesOf(const config::Config& config) {
  tenancy::UserRules rules{config.ledger.users, {}};
  if (!config.ledger.configured() || rules.keep != tenancy::KeepUsers::kHash) return rules;
  auto pepper = ReadPepper(config.identity.keys.pepper);
  if (!pepper) return std::move(pepper.error());
  rules.secret = std::move(*pepper);
  return rules;
}

Result<std::shared_ptr<const identity::Rules>> MakeIdentityRules(const config::Config& config,
                                                                 identity::KeyFetcher& fetcher) {
  if (!config.has_tenants()) return std::shared_ptr<const identity::Rules>();
  return MakeAdministratorRules(config, fetcher);
}

Result<std::shared_ptr<const identity::Rules>> MakeAdministratorRules(
    const config::Config& config, identity::KeyFetcher& fetcher) {
  const config::IdentityConfig& from = config.identity;
  auto pepper = ReadPepper(from.keys.pepper);
  if (!pepper) return std::move(pepper.error());
  auto rules = std::make_shared<identity::Rules>();
  rules->pepper = std::move(*pepper);
  rules->directory_read = !config.directory.unread;
  rules->required = from.required;
  rules->max_wrong_per_minute = from.keys.max_wrong_per_minute;
  rules->trusted_addresses = from.forwarded.trusted_addresses;
  for (const std::string& peer : from.forwarded.trusted_peers) {
    rules->trusted_peers.emplace_back(peer, config::kNameSeparators);
  }
  const Principals principals(config.tenants);
  auto tokens = MakeTokenIssuers(
      from.jwt,
      [&](const std::string& tenant, const std::string& team) -> const tenancy::Principal& {
        return principals.Of(tenant, team);
      },
      fetcher);
  if (!tokens) return std::move(tokens.error());
  rules->tokens = std::move(*tokens);
  tenancy::Directory& directory = rules->directory;
  for (const auto* keys : {&from.keys.entries, &from.keys.from_files}) {
    for (const config::ApiKeyConfig& key : *keys) directory.AddKey(KeyOf(key, principals));
  }
  AddRules(from.certificates, principals, directory.certificates);
  AddRules(from.forwarded.rules, principals, directory.forwarded);
  if (!from.required && !from.anonymous.empty()) {
    directory.anonymous = principals.Of(from.anonymous, "");
  }
  return std::shared_ptr<const identity::Rules>(std::move(rules));
}

}  // namespace inferwire::app
