// The connection that leases of limits are asked for by: makes the schema if it is not there,
// prepares its statements, and begins anew after a failure. Blocks, for `statement` at most, but
// for the first connection, which may have to make the schema; not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "store/postgres_connection.h"

namespace inferwire::store {

class LeaseConnection {
 public:
  struct Statement {
    const char* name;
    const char* text;
    int params;
  };

  // url: as libpq takes it. It connects when it is first asked, and again after a failure.
  LeaseConnection(std::string url, std::chrono::milliseconds statement)
      : url_(url), connection_(std::move(url), statement, std::max(statement, kConnecting)) {}

  // Before it is first asked.
  void Add(const Statement& statement) { statements_.push_back(statement); }
  Result<Answer> Run(const char* statement, const std::vector<std::string>& values);

 private:
  // TLS and a password take longer than a statement may.
  static constexpr std::chrono::milliseconds kConnecting{2000};

  Result<void> Open();

  const std::string url_;
  PostgresConnection connection_;
  std::vector<Statement> statements_;
  bool migrated_ = false;
};

// A number of an answer; null is 0.
int64_t NumberAt(const Answer& answer, int row, int column);
std::string TextAt(const Answer& answer, int row, int column);

// {1,2,3}, of what `value` says of each.
template <class Each, class Value>
std::string ArrayOf(const std::vector<Each>& list, Value value) {
  std::string array = "{";
  for (const Each& each : list) {
    if (array.size() > 1) array += ',';
    array += std::to_string(static_cast<int64_t>(value(each)));
  }
  return array += '}';
}
// {"a","b"}
std::string ArrayOf(const std::vector<std::string>& texts);

}  // namespace inferwire::store
