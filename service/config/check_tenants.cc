#include "config/check_tenants.h"

#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/sha256.h"
#include "base/small_file.h"
#include "config/check_jwt.h"
#include "config/parse.h"
#include "config/plans.h"
#include "config/yaml.h"
#include "tenancy/pattern.h"

namespace inferwire::config {
namespace {

std::string At(const std::string& path, size_t i) { return path + "[" + std::to_string(i) + "]"; }

using Teams = std::map<std::string, std::set<std::string>>;  // by tenant

Teams CheckIds(const Config& config, Faults& faults) {
  Teams known;
  for (size_t i = 0; i < config.tenants.size(); ++i) {
    const TenantConfig& tenant = config.tenants[i];
    const std::string path = At("tenants", i);
    if (tenant.id.empty()) continue;
    if (known.contains(tenant.id)) faults.AddAt(path + ".id", "is the id of another tenant too");
    std::set<std::string>& teams = known[tenant.id];
    for (size_t t = 0; t < tenant.teams.size(); ++t) {
      const std::string& team = tenant.teams[t].id;
      if (team.empty() || teams.insert(team).second) continue;
      faults.AddAt(At(path + ".teams", t) + ".id", "is the id of another team of the tenant too");
    }
  }
  return known;
}

// fault: told what is wrong, as the end of a sentence.
template <class Fault>
void CheckOwner(const std::string& tenant, const std::string& team, const Teams& known,
                Fault&& fault) {
  if (tenant.empty()) return;
  const auto found = known.find(tenant);
  if (found == known.end()) return fault("tenant", "is no tenant of this configuration");
  if (!team.empty() && !found->second.contains(team)) fault("team", "is no team of this tenant");
}

void CheckCertificates(const std::vector<CertificateRuleConfig>& rules, const std::string& path,
                       const Teams& known, Faults& faults) {
  std::vector<tenancy::Pattern> patterns;
  for (size_t i = 0; i < rules.size(); ++i) {
    CheckOwner(rules[i].tenant, rules[i].team, known, [&](const char* key, const char* what) {
      faults.AddAt(At(path, i) + "." + key, what);
    });
    patterns.emplace_back(rules[i].is, kNameSeparators);
    for (size_t before = 0; before < i; ++before) {
      const tenancy::Pattern& other = patterns[before];
      if (other.literal() != patterns[i].literal() || !other.Overlaps(patterns[i])) continue;
      faults.AddAt(At(path, i) + ".is", "fits names that " + At(path, before) +
                                            " fits, and neither says more: give one more letters");
      break;
    }
  }
}

class ApiKeyCheck {
 public:
  explicit ApiKeyCheck(const Teams& known) : known_(known) {}

  // fault: as of CheckOwner.
  template <class Fault>
  void Check(const ApiKeyConfig& key, Fault&& fault) {
    CheckOwner(key.tenant, key.team, known_, fault);
    if (!key.id.empty() && !ids_.insert(key.id).second) fault("id", "is the id of another key too");
    if (key.old_hash.empty() != key.old_until.empty()) {
      fault(key.old_hash.empty() ? "old_until" : "old_hash",
            "needs the other one: old_hash is good until old_until");
    }
  }
  bool full() const { return ids_.size() > kMaxApiKeys; }

 private:
  const Teams& known_;
  std::set<std::string> ids_;
};

// Of one file, with places in it.
void ReadApiKeys(const std::string& file, const std::string& text, ApiKeyCheck& check,
                 std::vector<ApiKeyConfig>& to, Faults& faults) {
  const auto document = LoadYaml(text, file);
  if (const auto* fault = std::get_if<ConfigFault>(&document)) {
    return faults.AddAt("identity.keys.files", ToText(*fault));
  }
  Faults own;
  ApiKeyFile read = ReadApiKeyFile(std::get<YAML::Node>(document), own);
  for (size_t i = 0; i < read.keys.size(); ++i) {
    check.Check(read.keys[i], [&](const char* key, const char* what) {
      own.AddAt(At("keys", i) + "." + key, what);
    });
  }
  if (!own.none()) {
    for (const ConfigFault& fault : own.Take()) {
      faults.AddAt("identity.keys.files", file + ": " + ToText(fault));
    }
  }
  for (ApiKeyConfig& key : read.keys) to.push_back(std::move(key));
}

void CheckApiKeys(ApiKeysConfig& keys, const Teams& known, Faults& faults) {
  ApiKeyCheck check(known);
  for (size_t i = 0; i < keys.entries.size(); ++i) {
    check.Check(keys.entries[i], [&](const char* key, const char* what) {
      faults.AddAt(At("identity.keys.entries", i) + "." + key, what);
    });
  }
  keys.from_files.clear();
  Sha256 digest;
  for (const std::string& file : keys.files) {
    auto text = ReadSmallFile(file, kMaxApiKeyFileBytes);
    if (!text) {
      faults.AddAt("identity.keys.files", file + ": " + text.error().message);
      continue;
    }
    digest.Add(std::to_string(text->size()) + ":");
    digest.Add(*text);
    ReadApiKeys(file, *text, check, keys.from_files, faults);
  }
  if (!keys.files.empty()) keys.digest = digest.Hex();
  if (check.full()) {
    faults.AddAt("identity.keys", "has more than " + std::to_string(kMaxApiKeys) + " keys");
  }
}

class Plans {
 public:
  Plans(const std::vector<PlanConfig>& plans, Faults& faults) : plans_(plans), faults_(faults) {
    for (size_t i = 0; i < plans.size(); ++i) {
      if (plans[i].name.empty() || FindPlan(plans, plans[i].name) == &plans[i]) continue;
      faults.AddAt(At("plans", i) + ".name", "is the name of another plan too");
    }
  }
  // fault: told that there is none, if there is none.
  template <class Fault>
  void FillOr(AccessConfig& access, QuotaConfig& quota, Fault&& fault) {
    if (!quota.plan.empty() && !FindPlan(plans_, quota.plan)) return fault();
    TakePlan(plans_, access, quota);
  }
  void Fill(AccessConfig& access, QuotaConfig& quota, const std::string& path) {
    FillOr(access, quota,
           [&] { faults_.AddAt(path + ".plan", "is no plan of this configuration"); });
  }

 private:
  const std::vector<PlanConfig>& plans_;
  Faults& faults_;
};

void FillPlans(Config& config, Faults& faults) {
  Plans plans(config.plans, faults);
  for (size_t i = 0; i < config.tenants.size(); ++i) {
    TenantConfig& tenant = config.tenants[i];
    const std::string path = At("tenants", i);
    plans.Fill(tenant.access, tenant.quota, path);
    for (size_t t = 0; t < tenant.teams.size(); ++t) {
      TeamConfig& team = tenant.teams[t];
      plans.Fill(team.access, team.quota, At(path + ".teams", t));
    }
  }
  auto& entries = config.identity.keys.entries;
  for (size_t i = 0; i < entries.size(); ++i) {
    plans.Fill(entries[i].access, entries[i].quota, At("identity.keys.entries", i));
  }
  for (ApiKeyConfig& key : config.identity.keys.from_files) {
    plans.FillOr(key.access, key.quota, [&] {
      faults.AddAt("identity.keys.files",
                   "the plan of the key " + key.id + " is no plan of this configuration");
    });
  }
}

}  // namespace

void CheckTenants(Config& config, Faults& faults) {
  const Teams known = CheckIds(config, faults);
  IdentityConfig& identity = config.identity;
  CheckApiKeys(identity.keys, known, faults);
  FillPlans(config, faults);
  CheckCertificates(identity.certificates, "identity.certificates", known, faults);
  CheckCertificates(identity.forwarded.rules, "identity.forwarded.rules", known, faults);
  CheckJwt(
      identity.jwt,
      [&](const TokenRuleConfig& rule, const OwnerFault& fault) {
        CheckOwner(rule.tenant, rule.team, known, fault);
      },
      faults);
  if (!identity.anonymous.empty()) {
    if (!known.contains(identity.anonymous)) {
      faults.AddAt("identity.anonymous", "is no tenant of this configuration");
    } else if (identity.required) {
      faults.AddAt("identity.anonymous", "has no meaning while identity.required is true");
    }
  }
  const ForwardedConfig& forwarded = identity.forwarded;
  if (!forwarded.rules.empty() && forwarded.trusted_peers.empty() &&
      forwarded.trusted_addresses.empty()) {
    faults.WarnAt("identity.forwarded.rules",
                  "have no meaning while nobody is trusted: give trusted_peers or "
                  "trusted_addresses");
  }
  if (config.directory.enabled && !config.store.configured()) {
    faults.AddAt("directory.enabled", "needs a store: give store.path or store.postgresql");
  }
  if (!config.tenants.empty() && !config.directory.enabled && identity.required &&
      identity.keys.entries.empty() && identity.keys.from_files.empty() && identity.jwt.empty() &&
      identity.certificates.empty() && forwarded.rules.empty()) {
    faults.WarnAt("tenants",
                  "can be called by nobody: there are neither keys nor rules for tokens or "
                  "certificates (identity)");
  }
  const auto asks = [](const std::optional<TlsConfig>& tls) {
    return tls && tls->client_auth != ClientAuth::kNone;
  };
  const bool asks_certificates =
      asks(config.tls) || (config.admin_api.served() && asks(config.admin_api.tls));
  if ((!identity.certificates.empty() || !forwarded.trusted_peers.empty()) && !asks_certificates) {
    faults.WarnAt(identity.certificates.empty() ? "identity.forwarded.trusted_peers"
                                                : "identity.certificates",
                  "are never seen: tls.client_auth has to be request or require");
  }
  if (config.tls && !forwarded.trusted_addresses.empty()) {
    faults.WarnAt("identity.forwarded.trusted_addresses",
                  "are for plain text, and this server has a tls section: name the proxy's "
                  "certificate in trusted_peers");
  }
}

}  // namespace inferwire::config
