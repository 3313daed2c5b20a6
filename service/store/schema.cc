#include "store/schema.h"

#include <iterator>
#include <string>

#include "store/fault.h"

namespace inferwire::store {
namespace {

// NUMBER: the type of a key that the database gives; BYTES: the type of bytes.
constexpr std::string_view kVersion1 = R"(
CREATE TABLE jobs (
  number NUMBER,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  request_id TEXT,
  fingerprint TEXT NOT NULL,
  state BIGINT NOT NULL,
  endpoint TEXT NOT NULL,
  time_window TEXT NOT NULL,
  upstream TEXT NOT NULL,
  input_file TEXT NOT NULL,
  metadata BYTES NOT NULL,
  items BIGINT NOT NULL DEFAULT 0,
  results BIGINT NOT NULL DEFAULT 0,
  version BIGINT NOT NULL DEFAULT 0,
  created BIGINT NOT NULL,
  touched BIGINT NOT NULL,
  started BIGINT NOT NULL DEFAULT 0,
  cancelled BIGINT NOT NULL DEFAULT 0,
  ended BIGINT NOT NULL DEFAULT 0,
  expires BIGINT NOT NULL DEFAULT 0,
  deleted_at BIGINT NOT NULL DEFAULT 0,
  worker TEXT NOT NULL DEFAULT '',
  lease_until BIGINT NOT NULL DEFAULT 0,
  lease_token BIGINT NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX jobs_request ON jobs (owner, request_id) WHERE request_id IS NOT NULL;
CREATE INDEX jobs_owner ON jobs (owner, number);
CREATE INDEX jobs_work ON jobs (state, lease_until);
CREATE INDEX jobs_deleted ON jobs (deleted_at) WHERE deleted_at > 0;
CREATE TABLE shards (
  job BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  state BIGINT NOT NULL,
  upstream TEXT NOT NULL,
  model TEXT NOT NULL,
  local BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  tokens BIGINT NOT NULL,
  total BIGINT NOT NULL,
  succeeded BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  expired BIGINT NOT NULL,
  cancelled BIGINT NOT NULL,
  usage_input BIGINT NOT NULL,
  usage_cached BIGINT NOT NULL,
  usage_output BIGINT NOT NULL,
  usage_reasoning BIGINT NOT NULL,
  usage_answers BIGINT NOT NULL,
  picousd BIGINT NOT NULL,
  unpriced BIGINT NOT NULL,
  input_file TEXT NOT NULL,
  batch TEXT NOT NULL,
  output_file TEXT NOT NULL,
  error_file TEXT NOT NULL,
  upstream_status TEXT NOT NULL,
  post_began BIGINT NOT NULL,
  posts BIGINT NOT NULL,
  errors BYTES NOT NULL,
  submitted BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  PRIMARY KEY (job, shard));
CREATE INDEX shards_queue ON shards (upstream, model, state);
CREATE TABLE items (
  job BIGINT NOT NULL,
  item BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  custom_id TEXT NOT NULL,
  body BYTES NOT NULL,
  PRIMARY KEY (job, item));
CREATE UNIQUE INDEX items_custom_id ON items (job, custom_id);
CREATE INDEX items_shard ON items (job, shard, item);
CREATE TABLE results (
  job BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  item BIGINT NOT NULL,
  shard BIGINT NOT NULL,
  outcome BIGINT NOT NULL,
  http_status BIGINT NOT NULL,
  upstream_request_id TEXT NOT NULL,
  picousd BIGINT,
  body BYTES NOT NULL,
  PRIMARY KEY (job, sequence));
CREATE UNIQUE INDEX results_item ON results (job, item);
)";

// What a job takes of the store, the upstream's own counts, whose ids at upstreams are, and what
// has to be removed there. Older jobs are taken for as large as their input files.
constexpr std::string_view kVersion2 = R"(
ALTER TABLE jobs ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
UPDATE jobs SET bytes = COALESCE((SELECT CAST(SUM(shards.bytes) AS BIGINT) FROM shards
  WHERE shards.job = jobs.number), 0);
CREATE INDEX jobs_bytes ON jobs (owner, bytes);
CREATE INDEX jobs_ended ON jobs (ended) WHERE ended > 0;
ALTER TABLE shards ADD COLUMN upstream_succeeded BIGINT NOT NULL DEFAULT 0;
ALTER TABLE shards ADD COLUMN upstream_failed BIGINT NOT NULL DEFAULT 0;
CREATE TABLE owners (
  upstream TEXT NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  owner TEXT NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (upstream, kind, id));
CREATE INDEX owners_owner ON owners (owner);
CREATE TABLE removals (
  number NUMBER,
  upstream TEXT NOT NULL,
  file TEXT NOT NULL,
  due BIGINT NOT NULL,
  tries BIGINT NOT NULL DEFAULT 0);
CREATE INDEX removals_due ON removals (due);
)";

// What results cost, with its parts and why some have no price: the batch layer's bytes.
constexpr std::string_view kVersion3 = R"(
ALTER TABLE shards ADD COLUMN cost BYTES NOT NULL DEFAULT '';
ALTER TABLE results ADD COLUMN cost BYTES NOT NULL DEFAULT '';
)";

// The route by which a shard found its upstream, and the key that its files and its batch belong
// to.
constexpr std::string_view kVersion4 = R"(
ALTER TABLE shards ADD COLUMN route TEXT NOT NULL DEFAULT '';
ALTER TABLE shards ADD COLUMN key_name TEXT NOT NULL DEFAULT '';
ALTER TABLE removals ADD COLUMN key_name TEXT NOT NULL DEFAULT '';
)";

// The ledger's sums, and how far each writer's records are in them (store/usage.h).
constexpr std::string_view kVersion5 = R"(
CREATE TABLE ledger_writer (
  writer BIGINT PRIMARY KEY,
  last BIGINT NOT NULL,
  reached BIGINT NOT NULL,
  closed BIGINT NOT NULL);
CREATE TABLE usage_hour (
  hour BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  team TEXT NOT NULL,
  key TEXT NOT NULL,
  usr TEXT NOT NULL,
  model TEXT NOT NULL,
  upstream TEXT NOT NULL,
  operation TEXT NOT NULL,
  label TEXT NOT NULL,
  source BIGINT NOT NULL,
  calls BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  input BIGINT NOT NULL,
  cached BIGINT NOT NULL,
  output BIGINT NOT NULL,
  reasoning BIGINT NOT NULL,
  picousd BIGINT NOT NULL,
  unpriced BIGINT NOT NULL,
  PRIMARY KEY (hour, tenant, team, key, usr, model, upstream, operation, label, source));
CREATE INDEX usage_hour_tenant ON usage_hour (tenant, hour);
)";

// The directory of tenants and keys, with one version over both, and its audit trail
// (store/directory.h).
constexpr std::string_view kVersion6 = R"(
CREATE TABLE directory_version (one BIGINT PRIMARY KEY, version BIGINT NOT NULL);
INSERT INTO directory_version (one, version) VALUES (1, 0);
CREATE TABLE tenants (
  tenant TEXT PRIMARY KEY,
  body BYTES NOT NULL,
  disabled BIGINT NOT NULL,
  version BIGINT NOT NULL);
CREATE INDEX tenants_version ON tenants (version);
CREATE TABLE keys (
  key TEXT PRIMARY KEY,
  tenant TEXT NOT NULL,
  team TEXT NOT NULL,
  body BYTES NOT NULL,
  hash1 BYTES NOT NULL,
  hint1 TEXT NOT NULL,
  created1 BIGINT NOT NULL,
  ends1 BIGINT,
  hash2 BYTES,
  hint2 TEXT,
  created2 BIGINT,
  ends2 BIGINT,
  created BIGINT NOT NULL,
  expires BIGINT,
  revoked BIGINT,
  last_used BIGINT,
  request_id TEXT,
  version BIGINT NOT NULL);
CREATE INDEX keys_version ON keys (version);
CREATE INDEX keys_tenant ON keys (tenant, team);
CREATE UNIQUE INDEX keys_request ON keys (tenant, request_id) WHERE request_id IS NOT NULL;
CREATE TABLE audit (
  writer TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  at BIGINT NOT NULL,
  tenant TEXT NOT NULL,
  body BYTES NOT NULL,
  chain BYTES NOT NULL,
  PRIMARY KEY (writer, sequence));
CREATE INDEX audit_at ON audit (at);
)";

// Idempotency keys in use (store/idempotent_keys.h); times are the database's, in milliseconds.
constexpr std::string_view kVersion7 = R"(
CREATE TABLE idempotent (
  owner TEXT NOT NULL,
  method TEXT NOT NULL,
  name TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  request TEXT NOT NULL,
  until BIGINT NOT NULL,
  ended BIGINT NOT NULL DEFAULT 0,
  input BIGINT,
  output BIGINT,
  picousd BIGINT,
  PRIMARY KEY (owner, method, name));
CREATE INDEX idempotent_request ON idempotent (request);
CREATE INDEX idempotent_ended ON idempotent (ended, until);
)";

// What replicas share of limits (store/flow_leases.h, stock_leases.h, replica_register.h): for
// PostgreSQL only, since a file has one process. granted and spent of a stock are the sums of its
// leases'.
constexpr std::string_view kLeases = R"(POSTGRESQL
CREATE TABLE replicas (
  slot INT PRIMARY KEY,
  replica TEXT NOT NULL,
  started TIMESTAMPTZ NOT NULL,
  until TIMESTAMPTZ NOT NULL);
CREATE TABLE limit_meters (
  meter BIGSERIAL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE);
CREATE UNLOGGED TABLE flow (
  meter BIGINT PRIMARY KEY,
  tat BIGINT NOT NULL DEFAULT 0,
  since BIGINT NOT NULL DEFAULT 0,
  askers BIGINT NOT NULL DEFAULT 0,
  before BIGINT NOT NULL DEFAULT 0) WITH (fillfactor = 50);
CREATE TABLE stock (
  meter BIGINT NOT NULL,
  period BIGINT NOT NULL,
  ends BIGINT NOT NULL,
  lim BIGINT NOT NULL DEFAULT 0,
  granted BIGINT NOT NULL DEFAULT 0,
  spent BIGINT NOT NULL DEFAULT 0,
  told INT NOT NULL DEFAULT 0,
  PRIMARY KEY (meter, period)) WITH (fillfactor = 50);
CREATE TABLE stock_lease (
  meter BIGINT NOT NULL,
  period BIGINT NOT NULL,
  replica TEXT NOT NULL,
  granted BIGINT NOT NULL,
  spent BIGINT NOT NULL,
  reserved BIGINT NOT NULL,
  waiting BIGINT NOT NULL,
  turn BIGINT NOT NULL,
  until TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (meter, period, replica)) WITH (fillfactor = 50);
)";

// Whose a job's use is besides its owner.
constexpr std::string_view kVersion9 = R"(
ALTER TABLE jobs ADD COLUMN team TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN key TEXT NOT NULL DEFAULT '';
)";

constexpr std::string_view kVersions[] = {kVersion1, kVersion2, kVersion3, kVersion4, kVersion5,
                                          kVersion6, kVersion7, kLeases,   kVersion9};
static_assert(std::size(kVersions) == kSchemaVersion);

// At the beginning of a version that SQLite goes without.
constexpr std::string_view kPostgresOnly = "POSTGRESQL";

std::string ForDatabase(std::string_view text, const Sql& sql) {
  const bool sqlite = sql.name() == "sqlite";
  if (text.starts_with(kPostgresOnly)) {
    if (sqlite) return "";
    text.remove_prefix(kPostgresOnly.size());
  }
  std::string out(text);
  const auto replace = [&out](std::string_view from, std::string_view to) {
    for (size_t at = 0; (at = out.find(from, at)) != std::string::npos; at += to.size()) {
      out.replace(at, from.size(), to);
    }
  };
  replace(" NUMBER", sqlite ? " INTEGER PRIMARY KEY AUTOINCREMENT" : " BIGSERIAL PRIMARY KEY");
  replace(" BYTES", sqlite ? " BLOB" : " BYTEA");
  return out;
}

}  // namespace

Result<void> Migrate(Sql& sql) {
  auto transaction = Transaction::Begin(sql);
  if (!transaction) return transaction.error();
  if (auto alone = sql.Exclude("inferwire schema"); !alone) return alone.error();
  auto made = sql.Script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)");
  if (!made) return made.error();
  auto found = sql.Run("SELECT version FROM schema_version");
  if (!found) return found.error();
  const int64_t version = found->rows.empty() ? 0 : found->rows.front().Number(0);
  if (version > kSchemaVersion) {
    return StoreError(Fault::kWrong, "the schema has version " + std::to_string(version) +
                                         ", this build knows " + std::to_string(kSchemaVersion));
  }
  if (version == kSchemaVersion) return {};
  for (auto next = static_cast<size_t>(version); next < std::size(kVersions); ++next) {
    if (auto done = sql.Script(ForDatabase(kVersions[next], sql)); !done) return done.error();
  }
  auto noted = sql.Run(version == 0 ? "INSERT INTO schema_version (version) VALUES ($1)"
                                    : "UPDATE schema_version SET version = $1",
                       {kSchemaVersion});
  if (!noted) return noted.error();
  return transaction->Commit();
}

}  // namespace inferwire::store
