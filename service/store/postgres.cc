#include "store/postgres.h"

#include <libpq-fe.h>
#include <poll.h>

#include <charconv>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "store/fault.h"
#include "store/postgres_connection.h"

namespace inferwire::store {
namespace {

constexpr Oid kBytea = 17, kText = 25, kVarchar = 1043;

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

// How long after the server's own limit ours comes: as long as it lives, it says why.
constexpr std::chrono::milliseconds kGrace{1000};

class Postgres final : public Sql {
 public:
  Postgres(const std::string& url, std::chrono::milliseconds statement)
      : connection_(url, statement + kGrace),
        setup_("SET client_min_messages=warning; SET statement_timeout=" +
               std::to_string(statement.count()) + "; SET synchronous_commit=on") {}

  Result<void> SetUp() { return Ready(); }

  Result<void> Script(const std::string& statements) override {
    if (auto ready = Ready(); !ready) return ready.error();
    if (auto read = Read(connection_.Execute(statements)); !read) return read.error();
    return {};
  }

  // The transaction's number tells, after a connection that was lost, what became of it.
  Result<void> Begin() override {
    if (auto ready = Ready(); !ready) return ready.error();
    auto begun = Read(connection_.Execute("BEGIN; SELECT CAST(txid_current() AS TEXT)"));
    if (!begun) return begun.error();
    if (begun->rows.empty()) return StoreError(Fault::kWrong, "the transaction has no number");
    transaction_ = begun->rows.front().Text(0);
    in_transaction_ = true;
    return {};
  }

  Result<void> Commit() override {
    if (!connection_.open()) return StoreError(Fault::kConnection, "the connection was lost");
    auto answer = connection_.Execute("COMMIT");
    in_transaction_ = false;
    if (!answer) return AfterLostCommit();
    if (auto read = Read(*answer); !read) return read.error();  // it was refused, not lost
    // The answer to COMMIT of a failed transaction is a good-looking ROLLBACK.
    if (std::strcmp(PQcmdStatus(answer->get()), "COMMIT") == 0) return {};
    return StoreError(Fault::kIo, "the transaction was rolled back");
  }

  void Rollback() override {
    if (!std::exchange(in_transaction_, false) || !connection_.open()) return;
    (void)connection_.Execute("ROLLBACK");
  }

  Result<void> Exclude(std::string_view name) override {
    auto locked = Run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", {Param(name)});
    if (!locked) return locked.error();
    return {};
  }
  Result<void> Notify(std::string_view channel, std::string_view text) override {
    auto told = Run("SELECT pg_notify($1, $2)", {Param(channel), Param(text)});
    if (!told) return told.error();
    return {};
  }
  std::string_view for_update_skip_locked() const override { return " FOR UPDATE SKIP LOCKED"; }
  std::string_view name() const override { return "postgresql"; }

 private:
  Result<Rows> Execute(const std::string& text, std::span<const Param> params) override {
    if (auto ready = Ready(); !ready) return ready.error();
    auto name = Prepare(text, params.size());
    if (!name) return name.error();
    std::vector<std::string> numbers;
    numbers.reserve(params.size());  // its elements are pointed to
    std::vector<PostgresConnection::Bytes> values;
    for (const Param& param : params) {
      std::string_view bytes;
      if (const auto* number = std::get_if<int64_t>(&param)) {
        bytes = numbers.emplace_back(std::to_string(*number));
        values.push_back({bytes.data(), static_cast<int>(bytes.size()), false});
        continue;
      }
      if (std::holds_alternative<std::monostate>(param)) {
        values.emplace_back();
        continue;
      }
      if (const auto* view = std::get_if<std::string_view>(&param)) bytes = *view;
      if (const auto* blob = std::get_if<BlobView>(&param)) bytes = blob->bytes;
      // In binary both are their bytes.
      values.push_back({bytes.data() ? bytes.data() : "", static_cast<int>(bytes.size()), true});
    }
    return Read(connection_.ExecutePrepared(*name, values));
  }

  Result<void> Ready() {
    if (connection_.open()) return {};
    prepared_.clear();
    if (in_transaction_) return StoreError(Fault::kConnection, "the connection was lost");
    if (auto opened = connection_.Open(); !opened) return opened;
    auto set = Read(connection_.Execute(setup_));
    if (set) return {};
    connection_.Close();
    return set.error();
  }

  // Whether it was done is asked on a new connection. The server needs a moment to see that the old
  // one is gone.
  Result<void> AfterLostCommit() {
    constexpr int kLooks = 20;
    constexpr std::chrono::milliseconds kBetween{50};
    for (int look = 0; look < kLooks; ++look) {
      auto status = Run("SELECT txid_status(CAST(CAST($1 AS TEXT) AS BIGINT))",
                        {std::string_view(transaction_)});
      if (!status) break;
      const std::string text = status->rows.empty() ? "" : status->rows.front().Text(0);
      if (text == "committed") return {};
      if (text == "aborted") return StoreError(Fault::kConnection, "the connection was lost");
      if (text != "in progress") break;
      poll(nullptr, 0, static_cast<int>(kBetween.count()));
    }
    return OutcomeUnknown();
  }

  Result<std::string> Prepare(const std::string& text, size_t params) {
    if (const auto found = prepared_.find(text); found != prepared_.end()) return found->second;
    const std::string name = "s" + std::to_string(prepared_.size());
    auto done = Read(connection_.Prepare(name, text, static_cast<int>(params)));
    if (!done) return done.error();
    prepared_.emplace(text, name);
    return name;
  }

  Result<Rows> Read(Result<Answer> answer) {
    if (!answer) return answer.error();
    auto rows = Read(*answer);
    // The server's last word: it is shutting down, for instance.
    if (!rows && IsFault(rows.error(), Fault::kConnection)) connection_.Close();
    return rows;
  }

  // Not the server's words: they may quote values.
  static Result<Rows> Read(const Answer& given) {
    PGresult* const answer = given.get();
    const ExecStatusType status = PQresultStatus(answer);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
      const char* state = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
      if (state == nullptr) return StoreError(Fault::kConnection, "the connection was lost");
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

  PostgresConnection connection_;
  const std::string setup_;
  std::string transaction_;  // the number of the last one
  std::unordered_map<std::string, std::string> prepared_;
  bool in_transaction_ = false;
};

}  // namespace

Result<std::unique_ptr<Sql>> ConnectPostgres(const std::string& url,
                                             std::chrono::milliseconds statement) {
  auto sql = std::make_unique<Postgres>(url, statement);
  if (auto set = sql->SetUp(); !set) return set.error();
  return std::unique_ptr<Sql>(std::move(sql));
}

}  // namespace inferwire::store
