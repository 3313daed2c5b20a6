#include "store/sqlite.h"

#include <sqlite3.h>
#include <sys/statvfs.h>

#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "store/fault.h"

namespace inferwire::store {
namespace {

constexpr int kWalPages = 1000;      // 4 MB, then it is moved into the file
constexpr int64_t kFreePages = 256;  // that stay for what comes next
constexpr int kPagesPerPiece = 1024;

Fault FaultOf(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return Fault::kFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Fault::kLocked;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Fault::kCorrupt;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
      return Fault::kIo;
    default:
      return Fault::kWrong;
  }
}

// SQLite calls full only what a write without room says: a quota that is used up, and no room for
// the files beside the database, are I/O errors and files that cannot be opened.
Fault FaultOf(int code, sqlite3* database) {
  const Fault fault = FaultOf(code);
  return fault == Fault::kIo ? FaultOfErrno(sqlite3_system_errno(database)) : fault;
}

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};

class Sqlite final : public Sql {
 public:
  Sqlite(sqlite3* database, std::string path, const SqliteFile* file)
      : database_(database), path_(std::move(path)), file_(file) {}
  ~Sqlite() override {
    for (auto& [text, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close(database_);
  }

  Result<Rows> Execute(const std::string& text, std::span<const Param> params) override {
    auto prepared = Prepare(text);
    if (!prepared) return prepared.error();
    sqlite3_stmt* statement = *prepared;
    for (size_t i = 0; i < params.size(); ++i) Bind(statement, static_cast<int>(i + 1), params[i]);
    Rows result;
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
      result.rows.push_back(ReadRow(statement));
    }
    result.changed = sqlite3_changes64(database_);
    std::optional<Error> error;
    if (code != SQLITE_DONE) error = LastError();
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (error) return *error;
    return result;
  }

  Result<void> Script(const std::string& statements) override {
    if (sqlite3_exec(database_, statements.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      return LastError();
    }
    return {};
  }

  // A transaction that only becomes a writer later could not wait for another one.
  Result<void> Begin() override { return Script("BEGIN IMMEDIATE"); }
  Result<void> Commit() override { return Script("COMMIT"); }
  void Rollback() override {
    // Some failures have rolled back already.
    if (sqlite3_get_autocommit(database_) == 0) (void)Script("ROLLBACK");
  }

  // There is one process and one writer.
  Result<void> Exclude(std::string_view) override { return {}; }
  std::string_view for_update_skip_locked() const override { return ""; }
  std::string_view name() const override { return "sqlite"; }

  Result<bool> GiveBack() override {
    if (file_) file_->KeepReserve();
    auto free = Run("PRAGMA freelist_count");
    if (!free) return free.error();
    if (free->rows.empty() || free->rows.front().Number(0) <= kFreePages) return false;
    auto given = Run("PRAGMA incremental_vacuum(" + std::to_string(kPagesPerPiece) + ")");
    if (!given) return given.error();
    auto left = Run("PRAGMA freelist_count");
    if (!left) return left.error();
    // None went: the file is of the kind that keeps them.
    const int64_t before = free->rows.front().Number(0), after = left->rows.front().Number(0);
    if (after < before && after > kFreePages) return true;
    // The file shrinks only now.
    sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    return false;
  }

  void MakeRoom() override {
    if (file_) file_->LetReserveGo();
    sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  }

  std::optional<int64_t> FreeBytes() const override {
    struct statvfs system {};
    if (statvfs(path_.c_str(), &system) != 0) return std::nullopt;
    return static_cast<int64_t>(system.f_bavail * system.f_frsize);
  }

  int64_t FreeInside() override {
    auto pages = Run("PRAGMA freelist_count"), bytes = Run("PRAGMA page_size");
    if (!pages || !bytes || pages->rows.empty() || bytes->rows.empty()) return 0;
    return pages->rows.front().Number(0) * bytes->rows.front().Number(0);
  }

 private:
  Error LastError() const {
    const int code = sqlite3_extended_errcode(database_);
    return StoreError(FaultOf(code, database_), sqlite3_errstr(code));
  }

  Result<sqlite3_stmt*> Prepare(const std::string& text) {
    if (const auto found = statements_.find(text); found != statements_.end()) return found->second;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(database_, text.data(), static_cast<int>(text.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      return LastError();
    }
    statements_.emplace(text, statement);
    return statement;
  }

  static void Bind(sqlite3_stmt* statement, int number, const Param& param) {
    // $n is a name for SQLite, and may come in any order.
    const int place =
        sqlite3_bind_parameter_index(statement, ("$" + std::to_string(number)).c_str());
    if (const auto* value = std::get_if<int64_t>(&param)) {
      sqlite3_bind_int64(statement, place, *value);
    } else if (const auto* text = std::get_if<std::string_view>(&param)) {
      sqlite3_bind_text64(statement, place, text->data() ? text->data() : "", text->size(),
                          SQLITE_STATIC, SQLITE_UTF8);
    } else if (const auto* blob = std::get_if<BlobView>(&param)) {
      sqlite3_bind_blob64(statement, place, blob->bytes.data() ? blob->bytes.data() : "",
                          blob->bytes.size(), SQLITE_STATIC);
    } else {
      sqlite3_bind_null(statement, place);
    }
  }

  static Row ReadRow(sqlite3_stmt* statement) {
    std::vector<Value> values;
    const int columns = sqlite3_column_count(statement);
    values.reserve(static_cast<size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      switch (sqlite3_column_type(statement, i)) {
        case SQLITE_INTEGER:
          values.emplace_back(int64_t{sqlite3_column_int64(statement, i)});
          break;
        case SQLITE_NULL:
          values.emplace_back();
          break;
        default: {
          const void* bytes = sqlite3_column_blob(statement, i);
          const auto size = static_cast<size_t>(sqlite3_column_bytes(statement, i));
          values.emplace_back(std::string(static_cast<const char*>(bytes), size));
        }
      }
    }
    return Row(std::move(values));
  }

  sqlite3* const database_;
  const std::string path_;
  const SqliteFile* const file_;
  std::unordered_map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace

Result<std::unique_ptr<Sql>> ConnectSqlite(const std::string& path, std::chrono::milliseconds busy,
                                           const SqliteFile* file) {
  sqlite3* database = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &database,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  if (database == nullptr) return StoreError(Fault::kIo, "out of memory");
  auto sql = std::make_unique<Sqlite>(database, path, file);
  if (code != SQLITE_OK) {
    return StoreError(FaultOf(code, database), path + ": " + sqlite3_errstr(code));
  }
  sqlite3_busy_timeout(database, static_cast<int>(busy.count()));
  // auto_vacuum comes first: it is decided by the first write to a new file.
  auto set = sql->Script(
      "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "PRAGMA foreign_keys=OFF; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=4194304;"
      "PRAGMA wal_autocheckpoint=" +
      std::to_string(kWalPages));
  if (!set) return set.error();
  return std::unique_ptr<Sql>(std::move(sql));
}

void ConvertSqlite(const std::string& path, std::chrono::milliseconds most) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, CloseDatabase> database(opened);
  if (code != SQLITE_OK) return;
  int64_t kind = 1;
  const auto read = [](void* out, int, char** values, char**) {
    *static_cast<int64_t*>(out) = values[0] ? values[0][0] - '0' : 0;
    return 0;
  };
  sqlite3_exec(opened, "PRAGMA auto_vacuum", read, &kind, nullptr);
  if (kind != 0) return;
  SteadyTime until = SystemClock().Now() + most;
  sqlite3_progress_handler(
      opened, 10'000,
      [](void* end) { return SystemClock().Now() > *static_cast<SteadyTime*>(end) ? 1 : 0; },
      &until);
  sqlite3_exec(opened, "PRAGMA auto_vacuum=INCREMENTAL; VACUUM", nullptr, nullptr, nullptr);
}

}  // namespace inferwire::store
