#include "config/forms.h"
#include "config/reader.h"
#include "config/sections.h"
#include "config/sections_jwt.h"
#include "config/sections_quota.h"

namespace inferwire::config {
namespace {

void LimitKeys(Keys& keys, CallerLimitsConfig& answers, QuotaConfig& quota,
               std::string_view about) {
  const bool explained = !about.empty();
  Keys limits;
  limits.Integer("max_output_tokens", answers.max_output_tokens, 0, 1'000'000'000,
                 explained ? about : kAsOfTenant);
  AddRates(limits, quota.rates, explained);
  keys.Sub("limits", std::move(limits));
  AddQuota(keys, quota, explained);
}

void AccessKeys(Keys& keys, AccessConfig& access, QuotaConfig& quota, std::string_view about_models,
                std::string_view about_operations, std::string_view about_limits) {
  keys.Texts("models", access.models, 1000, kModelPattern, about_models, {.instead = "all"});
  std::vector<std::pair<std::string_view, tenancy::Operation>> operations(
      tenancy::kOperations.begin(), tenancy::kOperations.end());
  keys.Choices<tenancy::Operation>(
      "operations", access.operations, operations, about_operations,
      {.instead = "all but raw, files, fine_tuning, assistants and route_admin"});
  keys.Text("plan", quota.plan, kTenantId,
            about_limits.empty() ? std::string_view()
                                 : "Name of a plan, whose limits and budget count where none "
                                   "stand here.",
            {.instead = "none"});
  LimitKeys(keys, access.limits, quota, about_limits);
}

void AddRoles(Keys& keys, std::vector<tenancy::Role>& roles) {
  std::vector<std::pair<std::string_view, tenancy::Role>> choices;
  for (size_t i = 0; i < tenancy::kRoleNames.size(); ++i) {
    choices.emplace_back(tenancy::kRoleNames[i], static_cast<tenancy::Role>(i));
  }
  keys.Choices<tenancy::Role>("roles", roles, choices, {}, {.instead = "[caller]"});
}

// A viewer or admin of everything need not belong to a tenant; whoever calls models does.
std::string TenantFault(const std::string& tenant, const std::vector<tenancy::Role>& roles) {
  if (!tenant.empty()) return "";
  if (roles.empty()) return "is missing";
  for (const tenancy::Role role : roles) {
    if (role == tenancy::Role::kViewer || role == tenancy::Role::kAdmin) continue;
    return "is missing: the role " + std::string(Name(role)) + " is one in a tenant";
  }
  return "";
}

template <class Entry>
void CheckTenantOf(Keys& keys, const Entry& entry) {
  keys.check = [&entry](const std::string& path, Faults& faults) {
    if (faults.Given(path + ".tenant")) return;
    const std::string fault = TenantFault(entry.tenant, entry.roles);
    if (!fault.empty()) faults.AddAt(path + ".tenant", fault);
  };
}

Keys KeysOf(ApiKeysConfig& api_keys) {
  Keys keys;
  keys.Texts("files", api_keys.files, 100, kFilePath,
             "Files with the entries of keys (keys: [{id, hash, tenant, team, ...}]), as a "
             "Kubernetes Secret mounts them; they are watched. `inferwire keys make` shows a new "
             "key and its entry: what stands here is of no use to who reads it.",
             {.example = "[/etc/inferwire/keys/keys.yaml]", .instead = "none"});
  keys.List("entries", api_keys.entries, 0, 10'000,
            "The same here: id (the 8 letters after iw_), hash, hint (the last letters of the key, "
            "for people), tenant, team, expires, and models, operations and limits as of a tenant. "
            "roles: caller, and on the administrators' port (admin_api) tenant_viewer and "
            "tenant_admin of its tenant, viewer and admin of all, which need not have a tenant. "
            "While callers change over to a new secret, old_hash is that of the one before, until "
            "old_until.",
            {.instead = "none"});
  keys.Secret("pepper", api_keys.pepper,
              "The hashes are HMAC-SHA-256 with this secret instead of SHA-256 alone. It cannot be "
              "changed without new keys. {env: NAME}, {file: PATH} or none.",
              {.example = "{file: /etc/inferwire/pepper}", .instead = "none"});
  keys.Integer("max_wrong_per_minute", api_keys.max_wrong_per_minute, 1, 1'000'000,
               "So many credentials that are not known, and those of the same address are not "
               "looked at until the minute is over.");
  return keys;
}

Keys KeysOf(ForwardedConfig& forwarded) {
  Keys keys;
  keys.Texts(
      "trusted_peers", forwarded.trusted_peers, 100, kNamePattern,
      "Names of the certificates of proxies (Istio's, Envoy's) that pass on whom they have "
      "verified, in x-forwarded-client-cert: only its last element, which the proxy itself "
      "has added, and of that the URI. From anybody else it is ignored.",
      {.example = "[spiffe://prod.example/ns/istio-system/sa/gateway]", .instead = "nobody"});
  keys.Texts("trusted_addresses", forwarded.trusted_addresses, 100, kIpAddress,
             "The same for plain text: the address of a sidecar of the same pod (Istio's is "
             "127.0.0.6), where there is no other way in.",
             {.example = "[127.0.0.6]", .instead = "nobody"});
  keys.List("rules", forwarded.rules, 0, 1000, "Of these names, as identity.certificates.",
            {.instead = "none"});
  return keys;
}

}  // namespace

tenancy::AccessRules AccessConfig::rules() const {
  tenancy::AccessRules rules{models, operations};
  if (limits.max_output_tokens > 0) rules.max_output_tokens = limits.max_output_tokens;
  return rules;
}

tenancy::Roles RolesOf(const std::vector<tenancy::Role>& roles) {
  tenancy::Roles set;
  for (const tenancy::Role role : roles) set.Add(role);
  if (set.empty()) set.Add(tenancy::Role::kCaller);
  return set;
}

void AddExampleTenants(Config& config) {
  using tenancy::Operation;
  PlanConfig& standard = config.plans.emplace_back();
  standard.name = "standard";
  standard.quota.rates = {.rpm = 600, .tpm = 200'000};
  TenantConfig& acme = config.tenants.emplace_back();
  acme.id = "acme";
  acme.labels = {"chatbot", "nightly"};
  acme.access = {{"gpt-4.1*", "gpt-5"}, {Operation::kChat, Operation::kBatches}, {8192}};
  acme.quota.rates = {.rpm = 6000, .tpm = 2'000'000, .concurrent = 200};
  acme.quota.models = {{"gpt-5", {.tpm = 200'000}}};
  acme.quota.plan = "standard";
  acme.quota.budget = {.month = "5000 USD", .week = "1500 USD", .day = "300 USD"};
  acme.teams = {{"search", {{"gpt-4.1-mini"}, {Operation::kChat}, {2048}}, {}}};
  ApiKeyConfig& key = config.identity.keys.entries.emplace_back();
  key.id = "AbCd1234";
  key.hash = std::string(64, '0');
  key.hint = "wxyz";
  key.tenant = "acme";
  key.team = "search";
  key.expires = "2027-01-31";
  key.old_hash = std::string(64, '1');
  key.old_until = "2026-12-31T12:00:00Z";
  key.access = {{"gpt-4.1-mini"}, {Operation::kChat}, {1024}};
  key.roles = {tenancy::Role::kCaller, tenancy::Role::kTenantAdmin};
  const CertificateRuleConfig rule{
      "spiffe://prod.example/ns/search/sa/*", "acme", "search", {tenancy::Role::kCaller}};
  config.identity.certificates = config.identity.forwarded.rules = {rule};
  AddExampleJwt(config);
}

Keys KeysOf(PlanConfig& plan) {
  Keys keys;
  keys.Text("name", plan.name, kTenantId, {}, {.missing = "is missing"});
  LimitKeys(keys, plan.limits, plan.quota, {});
  return keys;
}

// Without a word of their own, so that a team and a rule fit on a line.
Keys KeysOf(TeamConfig& team) {
  Keys keys;
  keys.Text("id", team.id, kTenantId, {}, {.missing = "is missing"});
  keys.Integer("weight", team.weight, 1, 1000);
  AccessKeys(keys, team.access, team.quota, {}, {}, {});
  AddUsers(keys, team.users);
  return keys;
}

Keys KeysOf(ApiKeyConfig& key) {
  Keys keys;
  keys.Text("id", key.id, kKeyId, "The 8 letters and digits after iw_ of the key.",
            {.missing = "is missing"});
  keys.Text("hash", key.hash, kKeyHash, {}, {.missing = "is missing"});
  keys.Text("hint", key.hint, kKeyHint);
  keys.Text("tenant", key.tenant, kTenantId);
  keys.Text("team", key.team, kTenantId);
  AddRoles(keys, key.roles);
  keys.Text("expires", key.expires, kMoment);
  keys.Text("old_hash", key.old_hash, kKeyHash);
  keys.Text("old_until", key.old_until, kMoment);
  AccessKeys(keys, key.access, key.quota, {}, {}, {});
  CheckTenantOf(keys, key);
  return keys;
}

Keys KeysOf(ApiKeyFile& file) {
  Keys keys;
  keys.List("keys", file.keys, 0, kMaxApiKeys, {}, {.missing = "is missing: a list of keys"});
  return keys;
}

Keys KeysOf(CertificateRuleConfig& rule) {
  Keys keys;
  keys.Text("is", rule.is, kNamePattern, {}, {.missing = "is missing"});
  keys.Text("tenant", rule.tenant, kTenantId);
  keys.Text("team", rule.team, kTenantId);
  AddRoles(keys, rule.roles);
  CheckTenantOf(keys, rule);
  return keys;
}

Keys KeysOf(TenantConfig& tenant) {
  Keys keys;
  keys.Text("id", tenant.id, kTenantId,
            "Never used again for somebody else: files and batches "
            "belong to it.",
            {.missing = "is missing"});
  keys.Bool("disabled", tenant.disabled, "All its calls are refused with TENANT_DISABLED.");
  AddTimeZone(keys, tenant.time_zone);
  keys.Integer("weight", tenant.weight, 1, 1000,
               "Its part, beside those of others, where calls wait for room of what they share. "
               "Teams have weights too, for what is their tenant's.");
  keys.Texts("labels", tenant.labels, kMaxLabels, kTenantId,
             "What its calls may be booked under (CallOptions.label): projects, cost centres. A "
             "call with another label is refused.",
             {.instead = "none"});
  AccessKeys(keys, tenant.access, tenant.quota,
             "Models by name, or parts of names and \"*\". An alias means its model, a dated "
             "version its model too; a route's name is allowed if it stands here, or if all models "
             "of its targets do.",
             "What it may do. ModelsService, which says what it may use, is always there. raw is "
             "what the gateway does not understand; files may be read by whoever knows their id "
             "and is of this tenant.",
             "Of each answer: what a call asks for beyond it is refused, and a call that does not "
             "say how much it wants is sent with it. 0: no limit.");
  keys.List("teams", tenant.teams, 0, kMaxTeams,
            "Parts of it, each with an id and, narrower, with models, operations and limits.",
            {.instead = "none"});
  return keys;
}

Keys KeysOf(IdentityConfig& identity) {
  Keys keys;
  keys.Bool("required", identity.required,
            "With tenants: refuse calls that prove nothing. A key that is sent and is not good is "
            "refused in any case.");
  keys.Text("anonymous", identity.anonymous, kTenantId,
            "Where it is not required: the tenant of those that prove nothing.",
            {.example = "public", .instead = "none, they may do everything"});
  keys.Sub("keys", KeysOf(identity.keys));
  keys.List("jwt", identity.jwt, 0, kMaxJwtIssuers,
            "Issuers of tokens (JWT) that are good here as \"authorization: Bearer TOKEN\": of "
            "Kubernetes, or of an OpenID Connect provider. Signed with ES256 or RS256.",
            {.instead = "none"});
  keys.List("certificates", identity.certificates, 0, 1000,
            "To whom client certificates belong (tls.client_auth: require or request), by the "
            "first of their alternative names, else CN= and the common name. \"*\" is any text "
            "without '/', \"**\" any text; the rule that is more of a name's own letters counts.",
            {.instead = "none"});
  keys.Sub("forwarded", KeysOf(identity.forwarded));
  return keys;
}

}  // namespace inferwire::config
