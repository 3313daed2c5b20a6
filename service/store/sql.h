// One connection to a database that speaks SQL. SQLite and PostgreSQL are behind it and get the
// same statements, with $1, $2, ... for values. Blocks; not thread-safe.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "store/fault.h"

namespace inferwire::store {

struct BlobView {
  std::string_view bytes;
};
// What goes into a statement: NULL, a number, a text (UTF-8 without NUL) or bytes. Lent.
using Param = std::variant<std::monostate, int64_t, std::string_view, BlobView>;
// What comes out of one; bytes and texts are both strings.
using Value = std::variant<std::monostate, int64_t, std::string>;

class Row {
 public:
  explicit Row(std::vector<Value> values) : values_(std::move(values)) {}
  // NULL is 0 or empty.
  int64_t Number(size_t column) const {
    const auto* number = std::get_if<int64_t>(&values_.at(column));
    return number ? *number : 0;
  }
  std::optional<int64_t> OptionalNumber(size_t column) const {
    const auto* number = std::get_if<int64_t>(&values_.at(column));
    return number ? std::optional(*number) : std::nullopt;
  }
  std::string Text(size_t column) {
    auto* text = std::get_if<std::string>(&values_.at(column));
    return text ? std::move(*text) : std::string();
  }

 private:
  std::vector<Value> values_;
};

struct Rows {
  std::vector<Row> rows;
  int64_t changed = 0;
};

class Sql {
 public:
  virtual ~Sql() = default;

  // The statement is kept prepared: texts that vary do not belong into it. A text with a NUL byte
  // is refused (INVALID_ARGUMENT): PostgreSQL has none, and both databases answer alike.
  Result<Rows> Run(const std::string& statement, std::span<const Param> params) {
    for (const Param& param : params) {
      const auto* text = std::get_if<std::string_view>(&param);
      if (text && text->find('\0') != std::string_view::npos) return TextWithNul();
    }
    return Execute(statement, params);
  }
  Result<Rows> Run(const std::string& statement, std::initializer_list<Param> params = {}) {
    return Run(statement, std::span<const Param>(params.begin(), params.size()));
  }
  // Statements without values, for the schema.
  virtual Result<void> Script(const std::string& statements) = 0;

  virtual Result<void> Begin() = 0;
  virtual Result<void> Commit() = 0;
  virtual void Rollback() = 0;

  // Until the transaction's end no other replica is between these lines with the same name.
  virtual Result<void> Exclude(std::string_view name) = 0;
  // Once the transaction is committed, whoever listens on this channel (store/notices.h) hears of
  // it.
  virtual Result<void> Notify(std::string_view, std::string_view) { return {}; }
  // At the end of a SELECT: its rows are ours until the transaction's end; those of others are
  // skipped.
  virtual std::string_view for_update_skip_locked() const = 0;
  virtual std::string_view name() const = 0;

  // Gives space that deleting has made back to the file system, a piece of it; true if there is
  // more.
  virtual Result<bool> GiveBack() { return false; }
  // The file system is full: whatever was kept for this case is let go, so that deleting works.
  virtual void MakeRoom() {}
  // Of the file system, for what is to be added; nothing if it is not ours to watch.
  virtual std::optional<int64_t> FreeBytes() const { return std::nullopt; }
  // In the file, from what was deleted: it is filled before the file grows.
  virtual int64_t FreeInside() { return 0; }

 protected:
  virtual Result<Rows> Execute(const std::string& statement, std::span<const Param> params) = 0;
};

// Is undone unless it was committed.
class Transaction {
 public:
  static Result<Transaction> Begin(Sql& sql) {
    if (auto begun = sql.Begin(); !begun) return begun.error();
    return Transaction(sql);
  }
  Transaction(Transaction&& other) noexcept : sql_(std::exchange(other.sql_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction() {
    if (sql_) sql_->Rollback();
  }
  Result<void> Commit() {
    auto committed = sql_->Commit();
    if (committed) sql_ = nullptr;
    return committed;
  }

 private:
  explicit Transaction(Sql& sql) : sql_(&sql) {}
  Sql* sql_;
};

}  // namespace inferwire::store
