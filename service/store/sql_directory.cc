#include "store/sql_directory.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/audit_chain.h"
#include "store/postgres.h"
#include "store/rows.h"
#include "store/sqlite.h"

namespace inferwire::store {
namespace {

constexpr std::chrono::hours kUseNoted{1};

const std::string kTenantColumns = "tenant, body, disabled, version";
const std::string kKeyColumns =
    "key, tenant, team, body, hash1, hint1, created1, ends1, hash2, hint2, created2, ends2, "
    "created, expires, revoked, last_used, request_id, version";
const std::string kAuditColumns = "writer, sequence, at, tenant, body, chain";

Param Text(const std::string& text) { return std::string_view(text); }
Param Bytes(const std::string& bytes) { return BlobView{bytes}; }
Param Moment(const std::optional<WallTime>& time) {
  return time ? Param(ToMillis(*time)) : Param(std::monostate());
}

std::optional<WallTime> ReadMoment(const Row& row, size_t column) {
  const auto millis = row.OptionalNumber(column);
  return millis ? std::optional(FromMillis(*millis)) : std::nullopt;
}

TenantRow ReadTenant(Row& row) {
  return {row.Text(0), row.Text(1), row.Number(2) != 0, row.Number(3)};
}

KeySecretRow ReadSecret(Row& row, size_t column) {
  return {row.Text(column), row.Text(column + 1), FromMillis(row.Number(column + 2)),
          ReadMoment(row, column + 3)};
}

KeyRow ReadKey(Row& row) {
  KeyRow key;
  key.key = row.Text(0);
  key.tenant = row.Text(1);
  key.team = row.Text(2);
  key.body = row.Text(3);
  for (const size_t column : {size_t{4}, size_t{8}}) {
    KeySecretRow secret = ReadSecret(row, column);
    if (!secret.hash.empty()) key.secrets.push_back(std::move(secret));
  }
  key.created = FromMillis(row.Number(12));
  key.expires = ReadMoment(row, 13);
  key.revoked = ReadMoment(row, 14);
  key.last_used = ReadMoment(row, 15);
  key.request_id = row.Text(16);
  key.version = row.Number(17);
  return key;
}

AuditRow ReadEvent(Row& row) {
  return {row.Text(0), row.Number(1), FromMillis(row.Number(2)),
          row.Text(3), row.Text(4),   row.Text(5)};
}

// The values of hash1 to ends2; they point into the key.
std::vector<Param> SecretParams(const KeyRow& key) {
  std::vector<Param> params;
  for (size_t i = 0; i < 2; ++i) {
    if (i < key.secrets.size()) {
      const KeySecretRow& secret = key.secrets[i];
      params.insert(params.end(), {Bytes(secret.hash), Text(secret.hint), ToMillis(secret.created),
                                   Moment(secret.ends)});
    } else {
      params.insert(params.end(), 4, Param(std::monostate()));
    }
  }
  return params;
}

Error WrongSecrets() {
  return InvalidField("key.secrets", "must be one or two, each with its hash");
}

bool HasGoodSecrets(const KeyRow& key) {
  const auto empty = [](const KeySecretRow& secret) { return secret.hash.empty(); };
  return !key.secrets.empty() && key.secrets.size() <= 2 &&
         std::ranges::none_of(key.secrets, empty);
}

Error Changed(const std::string& what, int64_t expected, int64_t found) {
  Error error;
  error.code = Code::kAborted;
  error.reason = v1::ERROR_REASON_CONFLICT;
  error.origin = Origin::kCaller;
  error.message = what + " has version " + std::to_string(found) + ", not " +
                  std::to_string(expected) + ": read it again, and change what it is now";
  return error;
}

Error NoSuchKey(std::string_view key) {
  Error error;
  error.code = Code::kNotFound;
  error.reason = v1::ERROR_REASON_RESOURCE_NOT_FOUND;
  error.origin = Origin::kCaller;
  error.message = "there is no API key of this id in the store";
  error.resource = Error::Resource{"api_key", std::string(key)};
  return error;
}

template <class T>
std::optional<T> FirstOf(std::vector<T>& rows) {
  return rows.empty() ? std::nullopt : std::optional<T>(std::move(rows.front()));
}

}  // namespace

Result<std::unique_ptr<SqlDirectory>> SqlDirectory::Connect(const Location& location,
                                                            Options options) {
  auto sql = location.kind == Location::Kind::kSqlite
                 ? ConnectSqlite(location.path, location.wait)
                 : ConnectPostgres(location.url, location.wait);
  if (!sql) return sql.error();
  return std::make_unique<SqlDirectory>(std::move(*sql), std::move(options));
}

Result<std::vector<TenantRow>> SqlDirectory::Tenants(const std::string& where,
                                                     std::initializer_list<Param> params) {
  auto rows = sql_->Run("SELECT " + kTenantColumns + " FROM tenants WHERE " + where, params);
  if (!rows) return rows.error();
  std::vector<TenantRow> tenants;
  for (Row& row : rows->rows) tenants.push_back(ReadTenant(row));
  return tenants;
}

Result<std::vector<KeyRow>> SqlDirectory::Keys(const std::string& where,
                                               std::initializer_list<Param> params) {
  auto rows = sql_->Run("SELECT " + kKeyColumns + " FROM keys WHERE " + where, params);
  if (!rows) return rows.error();
  std::vector<KeyRow> keys;
  for (Row& row : rows->rows) keys.push_back(ReadKey(row));
  return keys;
}

Result<int64_t> SqlDirectory::Version() {
  auto rows = sql_->Run("SELECT version FROM directory_version");
  if (!rows) return rows.error();
  return rows->rows.empty() ? 0 : rows->rows.front().Number(0);
}

Result<std::vector<TenantRow>> SqlDirectory::TenantsAfter(int64_t version, int limit) {
  return Tenants("version > $1 ORDER BY version LIMIT $2", {version, int64_t{limit}});
}

Result<std::vector<KeyRow>> SqlDirectory::KeysAfter(int64_t version, int limit) {
  return Keys("version > $1 ORDER BY version LIMIT $2", {version, int64_t{limit}});
}

Result<std::optional<TenantRow>> SqlDirectory::FindTenant(std::string_view tenant) {
  auto rows = Tenants("tenant = $1", {Param(tenant)});
  if (!rows) return rows.error();
  return FirstOf(*rows);
}

Result<std::optional<KeyRow>> SqlDirectory::FindKey(std::string_view key) {
  auto rows = Keys("key = $1", {Param(key)});
  if (!rows) return rows.error();
  return FirstOf(*rows);
}

Result<std::vector<TenantRow>> SqlDirectory::ListTenants(std::string_view after, int limit) {
  return Tenants("tenant > $1 ORDER BY tenant LIMIT $2", {Param(after), int64_t{limit}});
}

Result<std::vector<KeyRow>> SqlDirectory::ListKeys(std::string_view tenant, std::string_view team,
                                                   bool with_revoked, std::string_view after,
                                                   int limit) {
  return Keys(
      "(tenant = $1 OR $1 = '') AND (team = $2 OR $2 = '') AND (revoked IS NULL OR $3 <> 0) "
      "AND key > $4 ORDER BY key LIMIT $5",
      {Param(tenant), Param(team), int64_t{with_revoked}, Param(after), int64_t{limit}});
}

Result<int64_t> SqlDirectory::NextVersion() {
  auto rows = sql_->Run("UPDATE directory_version SET version = version + 1 RETURNING version");
  if (!rows) return rows.error();
  if (rows->rows.size() == 1) return rows->rows.front().Number(0);
  return StoreError(Fault::kWrong, "the directory has no version");
}

Result<AuditRow> SqlDirectory::AddEvent(const AuditRow& event) {
  // Of one writer there may be several connections.
  if (auto alone = sql_->Exclude("inferwire audit " + options_.writer); !alone) {
    return alone.error();
  }
  AuditRow row = event;
  row.writer = options_.writer;
  auto last = sql_->Run(
      "SELECT sequence, chain FROM audit WHERE writer = $1 ORDER BY sequence DESC LIMIT 1",
      {Text(row.writer)});
  if (!last) return last.error();
  std::string before;
  row.sequence = 1;
  if (!last->rows.empty()) {
    row.sequence = last->rows.front().Number(0) + 1;
    before = last->rows.front().Text(1);
  }
  row.at = FromMillis(ToMillis(row.at));
  row.chain = ChainOf(before, row);
  auto added =
      sql_->Run("INSERT INTO audit (" + kAuditColumns + ") VALUES ($1, $2, $3, $4, $5, $6)",
                {Text(row.writer), row.sequence, ToMillis(row.at), Text(row.tenant),
                 Bytes(row.body), Bytes(row.chain)});
  if (!added) return added.error();
  return row;
}

Result<void> SqlDirectory::Finish(Transaction& transaction, int64_t version,
                                  const AuditRow& event) {
  auto added = AddEvent(event);
  if (!added) return added.error();
  auto told = sql_->Notify(kDirectoryChannel, std::to_string(version));
  if (!told) return told;
  if (auto committed = transaction.Commit(); !committed) return committed;
  options_.on_event(*added);
  return {};
}

Result<TenantRow> SqlDirectory::PutTenant(const TenantRow& row, const AuditRow& event) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  auto version = NextVersion();
  if (!version) return version.error();
  auto before = FindTenant(row.tenant);
  if (!before) return before.error();
  const int64_t found = *before ? (*before)->version : 0;
  if (found != row.version) return Changed("the tenant " + row.tenant, row.version, found);
  TenantRow next = row;
  next.version = *version;
  auto put = sql_->Run("INSERT INTO tenants (" + kTenantColumns +
                           ") VALUES ($1, $2, $3, $4) ON CONFLICT (tenant) DO UPDATE SET "
                           "body = excluded.body, disabled = excluded.disabled, "
                           "version = excluded.version",
                       {Text(next.tenant), Bytes(next.body), int64_t{next.disabled}, next.version});
  if (!put) return put.error();
  if (auto done = Finish(*transaction, *version, event); !done) return done.error();
  return next;
}

Result<Directory::Created> SqlDirectory::CreateKey(const KeyRow& row, const AuditRow& event) {
  if (!HasGoodSecrets(row)) return WrongSecrets();
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  auto version = NextVersion();
  if (!version) return version.error();
  if (!row.request_id.empty()) {
    auto same = Keys("tenant = $1 AND request_id = $2", {Text(row.tenant), Text(row.request_id)});
    if (!same) return same.error();
    if (auto first = FirstOf(*same)) return Created{std::move(*first), true};
  }
  auto taken = FindKey(row.key);
  if (!taken) return taken.error();
  if (*taken) return Changed("the key " + row.key, 0, (*taken)->version);
  KeyRow next = row;
  next.version = *version;
  std::vector<Param> params = {Text(next.key), Text(next.tenant), Text(next.team),
                               Bytes(next.body)};
  std::ranges::copy(SecretParams(next), std::back_inserter(params));
  params.insert(
      params.end(),
      {ToMillis(next.created), Moment(next.expires), Moment(next.revoked), Moment(next.last_used),
       next.request_id.empty() ? Param(std::monostate()) : Text(next.request_id), next.version});
  auto made = sql_->Run("INSERT INTO keys (" + kKeyColumns +
                            ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
                            "$14, $15, $16, $17, $18)",
                        params);
  if (!made) return made.error();
  if (auto done = Finish(*transaction, *version, event); !done) return done.error();
  return Created{std::move(next), false};
}

Result<KeyRow> SqlDirectory::ChangeKey(std::string_view key,
                                       const std::function<Result<void>(KeyRow&)>& change,
                                       const AuditRow& event) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  auto version = NextVersion();
  if (!version) return version.error();
  auto found = FindKey(key);
  if (!found) return found.error();
  if (!*found) return NoSuchKey(key);
  KeyRow next = **found;
  if (auto changed = change(next); !changed) return changed.error();
  if (!HasGoodSecrets(next)) return WrongSecrets();
  // What it is of and when it was used are not changed so.
  next.key = (*found)->key;
  next.tenant = (*found)->tenant;
  next.created = (*found)->created;
  next.last_used = (*found)->last_used;
  next.request_id = (*found)->request_id;
  next.version = *version;
  std::vector<Param> params = SecretParams(next);
  params.insert(params.end(), {Text(next.team), Bytes(next.body), Moment(next.expires),
                               Moment(next.revoked), next.version, Text(next.key)});
  auto put = sql_->Run(
      "UPDATE keys SET hash1 = $1, hint1 = $2, created1 = $3, ends1 = $4, hash2 = $5, hint2 = $6, "
      "created2 = $7, ends2 = $8, team = $9, body = $10, expires = $11, revoked = $12, "
      "version = $13 WHERE key = $14",
      params);
  if (!put) return put.error();
  if (auto done = Finish(*transaction, *version, event); !done) return done.error();
  return next;
}

// In the order of their ids: two replicas that wait for each other's rows would wait for ever.
Result<void> SqlDirectory::KeysUsed(const std::vector<std::string>& keys, WallTime now) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  std::vector<std::string> ordered = keys;
  std::ranges::sort(ordered);
  for (const std::string& key : ordered) {
    auto noted = sql_->Run(
        "UPDATE keys SET last_used = $1 WHERE key = $2 AND (last_used IS NULL OR last_used <= $3)",
        {ToMillis(now), Text(key), ToMillis(now - kUseNoted)});
    if (!noted) return noted.error();
  }
  return transaction->Commit();
}

Result<void> SqlDirectory::Audit(const AuditRow& event) {
  auto transaction = Transaction::Begin(*sql_);
  if (!transaction) return transaction.error();
  auto added = AddEvent(event);
  if (!added) return added.error();
  if (auto committed = transaction->Commit(); !committed) return committed;
  options_.on_event(*added);
  return {};
}

Result<std::vector<AuditRow>> SqlDirectory::ListAudit(std::string_view tenant,
                                                      const AuditPlace& after, WallTime until,
                                                      int limit) {
  auto rows = sql_->Run(
      "SELECT " + kAuditColumns +
          " FROM audit WHERE (tenant = $1 OR $1 = '') AND (at > $2 OR (at = $2 AND (writer > $3 OR "
          "(writer = $3 AND sequence > $4)))) AND at < $5 ORDER BY at, writer, sequence LIMIT $6",
      {Param(tenant), ToMillis(after.at), Text(after.writer), after.sequence, ToMillis(until),
       int64_t{limit}});
  if (!rows) return rows.error();
  std::vector<AuditRow> events;
  for (Row& row : rows->rows) events.push_back(ReadEvent(row));
  return events;
}

Result<std::vector<AuditRow>> SqlDirectory::ListAuditChains(std::string_view writer,
                                                            int64_t sequence, int limit) {
  auto rows = sql_->Run("SELECT " + kAuditColumns +
                            " FROM audit WHERE writer > $1 OR (writer = $1 AND sequence > $2) "
                            "ORDER BY writer, sequence LIMIT $3",
                        {Param(writer), sequence, int64_t{limit}});
  if (!rows) return rows.error();
  std::vector<AuditRow> events;
  for (Row& row : rows->rows) events.push_back(ReadEvent(row));
  return events;
}

// From the beginning of each writer's chain on, so that nothing is missing within it. The last
// event stays: the next one's number and chain follow from it.
Result<int64_t> SqlDirectory::RemoveAuditBefore(WallTime time) {
  auto kept = sql_->Run(
      "SELECT writer, COALESCE(MIN(CASE WHEN at >= $1 THEN sequence END), MAX(sequence)) "
      "FROM audit GROUP BY writer",
      {ToMillis(time)});
  if (!kept) return kept.error();
  int64_t removed = 0;
  for (Row& row : kept->rows) {
    const std::string writer = row.Text(0);
    auto gone = sql_->Run("DELETE FROM audit WHERE writer = $1 AND sequence < $2",
                          {Text(writer), row.Number(1)});
    if (!gone) return gone.error();
    removed += gone->changed;
  }
  return removed;
}

}  // namespace inferwire::store
