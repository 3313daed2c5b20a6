#include <utility>

#include "store/jobs.h"
#include "store/postgres.h"
#include "store/schema.h"
#include "store/sql_jobs.h"
#include "store/sqlite.h"

namespace llmgate::store {
namespace {

class OpenDatabase final : public Database {
 public:
  OpenDatabase(Location location, std::unique_ptr<SqliteFile> file)
      : location_(std::move(location)), file_(std::move(file)) {}

  Result<std::unique_ptr<Sql>> ConnectSql() const {
    return location_.kind == Location::Kind::kSqlite
               ? ConnectSqlite(location_.path, location_.wait)
               : ConnectPostgres(location_.url, location_.wait);
  }

  Result<std::unique_ptr<Jobs>> Connect() override {
    auto sql = ConnectSql();
    if (!sql) return sql.error();
    return std::unique_ptr<Jobs>(std::make_unique<SqlJobs>(std::move(*sql)));
  }

 private:
  const Location location_;
  const std::unique_ptr<SqliteFile> file_;
};

}  // namespace

Result<std::unique_ptr<Database>> Database::Open(const Location& location) {
  std::unique_ptr<SqliteFile> file;
  if (location.kind == Location::Kind::kSqlite) {
    auto locked = SqliteFile::Lock(location.path);
    if (!locked) return locked.error();
    file = std::move(*locked);
  }
  auto database = std::make_unique<OpenDatabase>(location, std::move(file));
  auto sql = database->ConnectSql();
  if (!sql) return sql.error();
  if (auto migrated = Migrate(**sql); !migrated) return migrated.error();
  if (location.kind == Location::Kind::kSqlite) {
    auto free = (*sql)->Run(
        "UPDATE jobs SET lease_until = 0, lease_token = lease_token + 1 "
        "WHERE lease_until > 0");
    if (!free) return free.error();
  }
  return std::unique_ptr<Database>(std::move(database));
}

}  // namespace llmgate::store
