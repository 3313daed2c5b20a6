// The directory that administrators keep in the store: tenants, API keys, and the audit trail of
// every change to them. One version over both tables, so that "what is newer" is one question. One
// connection, used by one thread; blocks.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace inferwire::store {

struct TenantRow {
  std::string tenant;
  std::string body;  // inferwire.v1.Tenant, without what is a column here
  bool disabled = false;
  int64_t version = 0;
};

// As it is kept: never the secret.
struct KeySecretRow {
  std::string hash;  // 32 bytes
  std::string hint;
  WallTime created{};
  std::optional<WallTime> ends{};
};

struct KeyRow {
  std::string key, tenant, team;
  std::string body;                     // inferwire.v1.Key, without what is a column here
  std::vector<KeySecretRow> secrets{};  // one or two, the newest first
  WallTime created{};
  std::optional<WallTime> expires{}, revoked{}, last_used{};
  std::string request_id{};  // of its creation; empty: none
  int64_t version = 0;
};

// One event of the trail; the writer numbers and chains it.
struct AuditRow {
  std::string writer;
  int64_t sequence = 0;
  WallTime at{};
  std::string tenant;
  std::string body;   // inferwire.v1.AuditEvent, without what is a column here
  std::string chain;  // SHA-256 of the chain before of the same writer and of this event
};

class Directory {
 public:
  virtual ~Directory() = default;

  // The newest version of anything in it; 0: nothing ever was.
  virtual Result<int64_t> Version() = 0;
  // What is newer than the version, the oldest change first.
  virtual Result<std::vector<TenantRow>> TenantsAfter(int64_t version, int limit) = 0;
  virtual Result<std::vector<KeyRow>> KeysAfter(int64_t version, int limit) = 0;

  virtual Result<std::optional<TenantRow>> FindTenant(std::string_view tenant) = 0;
  virtual Result<std::optional<KeyRow>> FindKey(std::string_view key) = 0;
  // By name, those after `after`.
  virtual Result<std::vector<TenantRow>> ListTenants(std::string_view after, int limit) = 0;
  // Empty tenant or team: all. By id, those after `after`.
  virtual Result<std::vector<KeyRow>> ListKeys(std::string_view tenant, std::string_view team,
                                               bool with_revoked, std::string_view after,
                                               int limit) = 0;

  // Each writes its audit event in the same transaction and tells all replicas (NOTIFY).
  // event: only tenant, at and body are read.

  // Makes it, or replaces the one of row.version (0: there must be none). ABORTED, CONFLICT if the
  // version is another one.
  virtual Result<TenantRow> PutTenant(const TenantRow& row, const AuditRow& event) = 0;
  // A second creation with the same request_id gives the first one's row, and existed.
  struct Created {
    KeyRow row;
    bool existed = false;
  };
  virtual Result<Created> CreateKey(const KeyRow& row, const AuditRow& event) = 0;
  // Reads the row, lets `change` change it and writes it back; the change's error ends it without
  // effect. NOT_FOUND, RESOURCE_NOT_FOUND if there is no such key.
  virtual Result<KeyRow> ChangeKey(std::string_view key,
                                   const std::function<Result<void>(KeyRow&)>& change,
                                   const AuditRow& event) = 0;
  // At most once an hour for each key.
  virtual Result<void> KeysUsed(const std::vector<std::string>& keys, WallTime now) = 0;

  // An event of something else: a reload, a burst of refused credentials.
  virtual Result<void> Audit(const AuditRow& event) = 0;
  // In the order of time, writer and sequence; those after that place. Empty tenant: all.
  struct AuditPlace {
    WallTime at{};
    std::string writer;
    int64_t sequence = 0;
  };
  virtual Result<std::vector<AuditRow>> ListAudit(std::string_view tenant, const AuditPlace& after,
                                                  WallTime until, int limit) = 0;
  // Of all tenants, in the order in which they are chained: by writer, then by sequence; those
  // after that place.
  virtual Result<std::vector<AuditRow>> ListAuditChains(std::string_view writer, int64_t sequence,
                                                        int limit) = 0;
};

}  // namespace inferwire::store
