// What KeysService and TenantsService are made of: the store's directory, and what the server adds
// to it. Each call asks the store on the executor's threads and hears the answer on its loop.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "gateway/operation.h"
#include "inferwire/v1/keys_service.pb.h"
#include "inferwire/v1/tenants_service.pb.h"
#include "store/executor.h"
#include "tenancy/key_text.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

// What the configuration has, which is listed beside what the store has and wins over it. Both in
// the order of their ids.
struct ConfiguredDirectory {
  std::vector<v1::Tenant> tenants;
  std::vector<v1::Key> keys;
  std::set<std::string, std::less<>> plans{};  // their names

  // Null: it has none of this id.
  const v1::Tenant* FindTenant(std::string_view id) const;
  const v1::Key* FindKey(std::string_view id) const;
};

// The functions may be called from any thread.
struct DirectoryBackend {
  store::DirectoryExecutor& executor;
  tenancy::RandomBytes random;
  // What is kept of a secret.
  std::function<tenancy::KeyHash(std::string_view secret)> hash;
  // Of the configuration's current version.
  std::function<std::shared_ptr<const ConfiguredDirectory>()> configured;
  // INVALID_ARGUMENT about what a tenant or key says of itself. The tenant of the key exists.
  std::function<Result<void>(const v1::Tenant&)> check_tenant;
  std::function<Result<void>(const v1::Key&)> check_key;
  // Ends the calls of this process that came with this key.
  std::function<void(const std::string& key)> cut_calls;
  // What is used of the limits of a scope; empty: nothing is known of that.
  std::function<Result<std::vector<v1::LimitState>>(const v1::Scope&)> limits{};
  // Empty: no budget is shared with other replicas, so nothing of it can be in doubt.
  std::function<Result<v1::LimitState>(const v1::ResolveDoubtRequest&)> resolve_doubt{};
};

using Begun = Result<std::unique_ptr<gateway::Operation>>;

}  // namespace inferwire::endpoints
