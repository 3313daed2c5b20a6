// What can be configured of who calls and what they may do, with every default.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/quota.h"
#include "tenancy/access.h"
#include "tenancy/role.h"

namespace inferwire::config {

// Where a secret is read from, never the secret.
struct KeySource {
  enum class Kind { kNone, kEnv, kFile };
  Kind kind = Kind::kNone;
  std::string name;  // of the variable, or the file's path
  bool operator==(const KeySource&) const = default;
};

struct CallerLimitsConfig {
  int64_t max_output_tokens = 0;  // of each answer; 0: no limit
};

// What a tenant, a team or a key may do.
struct AccessConfig {
  std::vector<std::string> models;             // names and patterns; empty: as above it
  std::vector<tenancy::Operation> operations;  // the same
  CallerLimitsConfig limits;

  tenancy::AccessRules rules() const;
};

// Limits by a name, for several that have the same.
struct PlanConfig {
  std::string name;
  CallerLimitsConfig limits;
  QuotaConfig quota;
};

// Of each end user of a team, whoever it is.
struct UserQuotaConfig {
  RatesConfig rates;
  BudgetConfig budget;
};

struct TeamConfig {
  std::string id;
  AccessConfig access;
  QuotaConfig quota;
  UserQuotaConfig users{};
  int weight = 1;  // its part of what is its tenant's, where calls wait
};

struct TenantConfig {
  std::string id;
  bool disabled = false;
  std::string time_zone = "UTC";
  std::vector<std::string> labels;  // under which calls may be booked
  AccessConfig access;
  QuotaConfig quota;
  std::vector<TeamConfig> teams;
  int weight = 1;  // its part where calls wait for what tenants share
};

// One API key as it is kept: never the key.
struct ApiKeyConfig {
  std::string id, hash, hint;
  std::string tenant, team;
  std::string expires;              // a moment; empty: never
  std::string old_hash, old_until;  // of the secret before, while callers change over
  AccessConfig access;
  QuotaConfig quota;
  std::vector<tenancy::Role> roles{};  // none: a caller
};

// A file with keys, as `inferwire keys make` writes their entries.
struct ApiKeyFile {
  std::vector<ApiKeyConfig> keys;
};

struct ApiKeysConfig {
  std::vector<std::string> files;
  std::vector<ApiKeyConfig> entries;
  KeySource pepper;
  int max_wrong_per_minute = 60;
  // What the files say, with the digest of their bytes; after reading.
  std::vector<ApiKeyConfig> from_files;
  std::string digest;
};

// Certificates whose name fits belong to a tenant.
struct CertificateRuleConfig {
  std::string is, tenant, team;
  std::vector<tenancy::Role> roles{};  // none: a caller
};

// As a set; none is a caller.
tenancy::Roles RolesOf(const std::vector<tenancy::Role>& roles);

struct ForwardedConfig {
  std::vector<std::string> trusted_peers, trusted_addresses;
  std::vector<CertificateRuleConfig> rules;
};

// Tokens whose claims fit belong to a tenant.
struct TokenRuleConfig {
  std::map<std::string, std::string> claims;  // by name: patterns
  std::string tenant, team;
  std::vector<tenancy::Role> roles;  // none: caller
};

// Whose tokens are good here.
struct JwtIssuerConfig {
  std::string issuer;
  std::vector<std::string> audiences;
  std::string jwks_url, keys;  // neither: what the issuer's OpenID configuration names
  std::string ca_bundle, proxy;
  std::chrono::milliseconds max_life = std::chrono::hours(25);
  std::vector<TokenRuleConfig> rules;
  // What the file `keys` says, with its digest; after reading.
  std::string from_file, digest;
};

struct IdentityConfig {
  bool required = true;
  std::string anonymous;
  ApiKeysConfig keys;
  std::vector<JwtIssuerConfig> jwt;
  std::vector<CertificateRuleConfig> certificates;
  ForwardedConfig forwarded;
};

// What one star of a certificate's rule does not stand for.
inline constexpr const char* kNameSeparators = "/";
// The same of a claim's.
inline constexpr const char* kClaimSeparators = ":";
inline constexpr size_t kMaxIssuerBytes = 256, kMaxJwtIssuers = 20;
inline constexpr size_t kMaxLabels = 100;
inline constexpr size_t kMaxTenants = 1000, kMaxTeams = 100, kMaxApiKeys = 100'000;
inline constexpr size_t kMaxApiKeyFileBytes = 16u << 20, kMaxJwksFileBytes = 1u << 20;

}  // namespace inferwire::config
