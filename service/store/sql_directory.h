// The directory over SQL, for SQLite and PostgreSQL alike. Writers come one after the other (they
// all take the row of the version first), so versions are seen in their order: whoever has seen one
// has seen all before it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "store/directory.h"
#include "store/jobs.h"
#include "store/sql.h"

namespace inferwire::store {

// On which changes are told, with the new version.
inline constexpr const char* kDirectoryChannel = "inferwire_directory";

class SqlDirectory final : public Directory {
 public:
  struct Options {
    std::string writer;  // of the audit trail: this replica
    // Told of every event that this connection has written, as it is kept: on the thread that
    // wrote it, once it is committed.
    std::function<void(const AuditRow&)> on_event = [](const AuditRow&) {};
  };

  SqlDirectory(std::unique_ptr<Sql> sql, Options options)
      : sql_(std::move(sql)), options_(std::move(options)) {}
  // Of a database whose schema is there: see Database::Open.
  static Result<std::unique_ptr<SqlDirectory>> Connect(const Location& location, Options options);

  Result<int64_t> Version() override;
  Result<std::vector<TenantRow>> TenantsAfter(int64_t version, int limit) override;
  Result<std::vector<KeyRow>> KeysAfter(int64_t version, int limit) override;
  Result<std::optional<TenantRow>> FindTenant(std::string_view tenant) override;
  Result<std::optional<KeyRow>> FindKey(std::string_view key) override;
  Result<std::vector<TenantRow>> ListTenants(std::string_view after, int limit) override;
  Result<std::vector<KeyRow>> ListKeys(std::string_view tenant, std::string_view team,
                                       bool with_revoked, std::string_view after,
                                       int limit) override;
  Result<TenantRow> PutTenant(const TenantRow& row, const AuditRow& event) override;
  Result<Created> CreateKey(const KeyRow& row, const AuditRow& event) override;
  Result<KeyRow> ChangeKey(std::string_view key, const std::function<Result<void>(KeyRow&)>& change,
                           const AuditRow& event) override;
  Result<void> KeysUsed(const std::vector<std::string>& keys, WallTime now) override;
  Result<void> Audit(const AuditRow& event) override;
  Result<std::vector<AuditRow>> ListAuditChains(std::string_view writer, int64_t sequence,
                                                int limit) override;
  Result<std::vector<AuditRow>> ListAudit(std::string_view tenant, const AuditPlace& after,
                                          WallTime until, int limit) override;

  // Removes older events; how many there were.
  Result<int64_t> RemoveAuditBefore(WallTime time);

 private:
  // The next one; from here to the transaction's end no other writer is between these lines.
  Result<int64_t> NextVersion();
  Result<std::vector<TenantRow>> Tenants(const std::string& where,
                                         std::initializer_list<Param> params);
  Result<std::vector<KeyRow>> Keys(const std::string& where, std::initializer_list<Param> params);
  // The event as it is kept, written in the transaction that runs.
  Result<AuditRow> AddEvent(const AuditRow& event);
  // Ends a transaction that has changed the directory.
  Result<void> Finish(Transaction& transaction, int64_t version, const AuditRow& event);

  const std::unique_ptr<Sql> sql_;
  const Options options_;
};

}  // namespace inferwire::store
