#include "app/stored_directory.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "endpoints/directory/rows.h"

namespace inferwire::app {
namespace {

using telemetry::DirectoryIgnored;

using Teams = std::map<std::string, std::set<std::string>, std::less<>>;  // by tenant

Teams TeamsOf(const config::Config& config) {
  Teams known;
  for (const config::TenantConfig& tenant : config.tenants) {
    std::set<std::string>& teams = known[tenant.id];
    for (const config::TeamConfig& team : tenant.teams) teams.insert(team.id);
  }
  return known;
}

std::set<std::string, std::less<>> KeyIdsOf(const config::ApiKeysConfig& keys) {
  std::set<std::string, std::less<>> ids;
  for (const auto* list : {&keys.entries, &keys.from_files}) {
    for (const config::ApiKeyConfig& key : *list) ids.insert(key.id);
  }
  return ids;
}

// What keeps the key from being served; nothing: it can be.
std::optional<IgnoredRow> FaultOf(const config::ApiKeyConfig& key, const Teams& known,
                                  const std::set<std::string, std::less<>>& taken) {
  const std::string what = "key " + key.id;
  if (taken.contains(key.id)) {
    return IgnoredRow{DirectoryIgnored::kInFile, what, "is in the configuration, which counts"};
  }
  // Whoever administers all tenants need not belong to one.
  const auto tenant = known.find(key.tenant);
  if (tenant == known.end() && !(key.tenant.empty() && key.team.empty())) {
    return IgnoredRow{DirectoryIgnored::kNoTenant, what,
                      "is of a tenant that there is not: " + key.tenant};
  }
  if (!key.team.empty() && !tenant->second.contains(key.team)) {
    return IgnoredRow{DirectoryIgnored::kNoTenant, what,
                      "is of a team that " + key.tenant + " has not: " + key.team};
  }
  if (taken.size() >= config::kMaxApiKeys) {
    return IgnoredRow{DirectoryIgnored::kTooMany, what, "is one more than there may be"};
  }
  return std::nullopt;
}

}  // namespace

StoredDirectory MakeStoredDirectory(const store::DirectoryRows& rows, WallTime now) {
  StoredDirectory directory;
  directory.version = rows.version;
  const auto ignore = [&directory](std::string what, const Error& error) {
    directory.ignored.push_back({DirectoryIgnored::kInvalid, std::move(what), error.message});
  };
  for (const auto& [id, row] : rows.tenants) {
    auto tenant = endpoints::ToProto(row);
    auto config = tenant ? ConfigOf(*tenant, now) : Result<StoredTenant>(tenant.error());
    if (!config) {
      ignore("tenant " + id, config.error());
      continue;
    }
    if (const auto at = config->changes_at) {
      directory.changes_at = std::min(directory.changes_at.value_or(*at), *at);
    }
    directory.tenants.push_back(*std::move(config));
  }
  for (const auto& [id, row] : rows.keys) {
    auto config = ConfigOf(row);
    if (!config) {
      ignore("key " + id, config.error());
    } else if (*config) {
      directory.keys.push_back(std::move(**config));
    }
  }
  return directory;
}

std::vector<IgnoredRow> MergeInto(config::Config& config, const StoredDirectory& directory) {
  std::vector<IgnoredRow> ignored = directory.ignored;
  Teams known = TeamsOf(config);
  for (const StoredTenant& tenant : directory.tenants) {
    const std::string what = "tenant " + tenant.config.id;
    auto served = WithPlans(tenant, config.plans);
    if (known.contains(tenant.config.id)) {
      ignored.push_back({DirectoryIgnored::kInFile, what, "is in the configuration, which counts"});
    } else if (config.tenants.size() >= config::kMaxTenants) {
      ignored.push_back({DirectoryIgnored::kTooMany, what, "is one more than there may be"});
    } else if (!served) {
      ignored.push_back({DirectoryIgnored::kInvalid, what, served.error().message});
    } else {
      config.tenants.push_back(*std::move(served));
    }
  }
  known = TeamsOf(config);
  auto taken = KeyIdsOf(config.identity.keys);
  for (const config::ApiKeyConfig& key : directory.keys) {
    if (auto fault = FaultOf(key, known, taken)) {
      ignored.push_back(std::move(*fault));
      continue;
    }
    taken.insert(key.id);
    config.identity.keys.from_files.push_back(key);
  }
  return ignored;
}

}  // namespace inferwire::app
