#include <utility>

#include "store/fault.h"
#include "store/jobs.h"
#include "store/postgres.h"
#include "store/schema.h"
#include "store/sql_jobs.h"
#include "store/sqlite.h"

namespace inferwire::store {
namespace {

class OpenDatabase final : public Database {
 public:
  OpenDatabase(Location location, std::unique_ptr<SqliteFile> file)
      : location_(std::move(location)), file_(std::move(file)) {}

  Result<std::unique_ptr<Sql>> ConnectSql() const {
    return location_.kind == Location::Kind::kSqlite
               ? ConnectSqlite(location_.path, location_.wait, file_.get())
               : ConnectPostgres(location_.url, location_.wait);
  }

  Result<std::unique_ptr<Jobs>> Connect() override {
    auto sql = ConnectSql();
    if (!sql) return sql.error();
    return std::unique_ptr<Jobs>(std::make_unique<SqlJobs>(std::move(*sql), location_.budget));
  }

  Result<void> Prepare() const {
    auto sql = ConnectSql();
    if (!sql) return sql.error();
    if (auto migrated = Migrate(**sql); !migrated) return migrated;
    if (!file_) return {};
    // There is no other process: what one had in hand is free, what it was collecting is given up.
    auto free = (*sql)->Run(
        "UPDATE jobs SET lease_until = 0, lease_token = lease_token + 1 WHERE lease_until > 0");
    if (!free) return free.error();
    auto abandoned = (*sql)->Run("UPDATE jobs SET touched = 0 WHERE state = 0 AND touched > 0");
    if (!abandoned) return abandoned.error();
    file_->KeepReserve();
    return {};
  }

 private:
  const Location location_;
  const std::unique_ptr<SqliteFile> file_;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::Open(const Location& location) {
  constexpr std::chrono::seconds kMostForConverting{10};
  std::unique_ptr<SqliteFile> file;
  if (location.kind == Location::Kind::kSqlite) {
    auto locked = SqliteFile::Lock(location.path);
    if (!locked) return locked.error();
    file = std::move(*locked);
    ConvertSqlite(location.path, kMostForConverting);
  }
  const SqliteFile* const held = file.get();
  auto database = std::make_unique<OpenDatabase>(location, std::move(file));
  auto prepared = database->Prepare();
  if (!prepared && held && IsFault(prepared.error(), Fault::kFull)) {
    held->LetReserveGo();
    prepared = database->Prepare();
  }
  if (!prepared) return prepared.error();
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace inferwire::store
