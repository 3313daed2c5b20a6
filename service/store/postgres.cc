#include "store/postgres.h"

#include <libpq-fe.h>

#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "store/fault.h"

namespace llmgate::store {
namespace {

constexpr Oid kBytea = 17, kText = 25, kVarchar = 1043;

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, ClearResult>;

Fault FaultOf(std::string_view state) {
  if (state.starts_with("53100") || state.starts_with("54")) return Fault::kFull;
  if (state.starts_with("XX")) return Fault::kCorrupt;
  if (state.starts_with("08") || state.starts_with("53") || state.starts_with("57P")) {
    return Fault::kConnection;
  }
  if (state.starts_with("58")) return Fault::kIo;
  // Cancelled by statement_timeout, deadlock, serialization.
  if (state.starts_with("57014") || state.starts_with("40") || state.starts_with("55")) {
    return Fault::kLocked;
  }
  return Fault::kWrong;
}

class Postgres final : public Sql {
 public:
  Postgres(PGconn* connection, std::string setup)
      : connection_(connection), setup_(std::move(setup)) {}
  ~Postgres() override { PQfinish(connection_); }

  Result<void> SetUp() { return Script(setup_); }

  Result<Rows> Run(const std::string& text, std::span<const Param> params) override {
    if (auto ready = Ready(); !ready) return ready.error();
    auto name = Prepare(text, params.size());
    if (!name) return name.error();
    std::vector<std::string> numbers;
    numbers.reserve(params.size());  // its elements are pointed to
    std::vector<const char*> values(params.size(), nullptr);
    std::vector<int> lengths(params.size(), 0), formats(params.size(), 0);
    for (size_t i = 0; i < params.size(); ++i) {
      if (const auto* number = std::get_if<int64_t>(&params[i])) {
        values[i] = numbers.emplace_back(std::to_string(*number)).c_str();
      } else if (const auto* view = std::get_if<std::string_view>(&params[i])) {
        values[i] = numbers.emplace_back(*view).c_str();
      } else if (const auto* blob = std::get_if<BlobView>(&params[i])) {
        values[i] = blob->bytes.data() ? blob->bytes.data() : "";
        lengths[i] = static_cast<int>(blob->bytes.size());
        formats[i] = 1;
      }
    }
    Answer answer(PQexecPrepared(connection_, name->c_str(), static_cast<int>(params.size()),
                                 values.data(), lengths.data(), formats.data(), 0));
    return Read(answer.get());
  }

  Result<void> Script(const std::string& statements) override {
    if (auto ready = Ready(); !ready) return ready.error();
    Answer answer(PQexec(connection_, statements.c_str()));
    if (auto read = Read(answer.get()); !read) return read.error();
    return {};
  }

  Result<void> Begin() override {
    auto begun = Script("BEGIN");
    in_transaction_ = begun.ok();
    return begun;
  }
  Result<void> Commit() override {
    Answer answer(PQexec(connection_, "COMMIT"));
    if (auto read = Read(answer.get()); !read) return read.error();
    in_transaction_ = false;
    // The answer to COMMIT of a failed transaction is a good-looking ROLLBACK.
    if (std::strcmp(PQcmdStatus(answer.get()), "COMMIT") == 0) return {};
    return StoreError(Fault::kIo, "the transaction was rolled back");
  }
  void Rollback() override {
    if (std::exchange(in_transaction_, false)) Answer(PQexec(connection_, "ROLLBACK"));
  }

  Result<void> Exclude(std::string_view name) override {
    auto locked = Run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", {Param(name)});
    if (!locked) return locked.error();
    return {};
  }
  std::string_view for_update_skip_locked() const override { return " FOR UPDATE SKIP LOCKED"; }
  std::string_view name() const override { return "postgresql"; }

 private:
  using Sql::Run;

  Result<void> Ready() {
    if (PQstatus(connection_) == CONNECTION_OK) return {};
    prepared_.clear();
    if (in_transaction_) return StoreError(Fault::kConnection, "the connection was lost");
    PQreset(connection_);
    if (PQstatus(connection_) != CONNECTION_OK) {
      return StoreError(Fault::kConnection, "the database is not reached");
    }
    Answer answer(PQexec(connection_, setup_.c_str()));
    if (auto read = Read(answer.get()); !read) return read.error();
    return {};
  }

  Result<std::string> Prepare(const std::string& text, size_t params) {
    if (const auto found = prepared_.find(text); found != prepared_.end()) return found->second;
    const std::string name = "s" + std::to_string(prepared_.size());
    Answer answer(
        PQprepare(connection_, name.c_str(), text.c_str(), static_cast<int>(params), nullptr));
    if (auto read = Read(answer.get()); !read) return read.error();
    prepared_.emplace(text, name);
    return name;
  }

  // Not the server's words: they may quote values.
  Result<Rows> Read(PGresult* answer) const {
    const ExecStatusType status = PQresultStatus(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
      if (PQstatus(connection_) != CONNECTION_OK || state == nullptr) {
        return StoreError(Fault::kConnection, "the connection was lost");
      }
      return StoreError(FaultOf(state), std::string("PostgreSQL refused with SQLSTATE ") + state);
    }
    Rows result;
    const int rows = PQntuples(answer), columns = PQnfields(answer);
    for (int i = 0; i < rows; ++i) {
      std::vector<Value> values;
      values.reserve(static_cast<size_t>(columns));
      for (int j = 0; j < columns; ++j) values.push_back(ReadValue(answer, i, j));
      result.rows.emplace_back(std::move(values));
    }
    const std::string_view changed = PQcmdTuples(answer);
    std::from_chars(changed.data(), changed.data() + changed.size(), result.changed);
    return result;
  }

  static Value ReadValue(PGresult* answer, int row, int column) {
    if (PQgetisnull(answer, row, column)) return {};
    const char* text = PQgetvalue(answer, row, column);
    const auto size = static_cast<size_t>(PQgetlength(answer, row, column));
    const Oid type = PQftype(answer, column);
    if (type == kBytea) {
      size_t length = 0;
      unsigned char* bytes = PQunescapeBytea(reinterpret_cast<const unsigned char*>(text), &length);
      std::string value(reinterpret_cast<const char*>(bytes), length);
      PQfreemem(bytes);
      return value;
    }
    if (type == kText || type == kVarchar) return std::string(text, size);
    int64_t number = 0;
    std::from_chars(text, text + size, number);
    return number;
  }

  PGconn* const connection_;
  const std::string setup_;
  std::unordered_map<std::string, std::string> prepared_;
  bool in_transaction_ = false;
};

}  // namespace

Result<std::unique_ptr<Sql>> ConnectPostgres(const std::string& url,
                                             std::chrono::milliseconds statement) {
  // Later settings win: a url cannot make us wait for ever.
  const char* names[] = {"dbname",          "connect_timeout", "tcp_user_timeout",
                         "keepalives_idle", "client_encoding", nullptr};
  const char* values[] = {url.c_str(), "5", "10000", "10", "UTF8", nullptr};
  auto sql = std::make_unique<Postgres>(PQconnectdbParams(names, values, /*expand_dbname=*/1),
                                        "SET client_min_messages=warning; SET statement_timeout=" +
                                            std::to_string(statement.count()) +
                                            "; SET synchronous_commit=on");
  if (auto set = sql->SetUp(); !set) return set.error();
  return std::unique_ptr<Sql>(std::move(sql));
}

}  // namespace llmgate::store
