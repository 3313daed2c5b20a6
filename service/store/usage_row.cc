#include "store/usage_row.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "store/sql.h"

namespace inferwire::store {
namespace {

constexpr size_t kColumns = 18;
// Rows of one statement, the most first: each size is a statement that is kept prepared.
constexpr std::array<size_t, 3> kSizes = {64, 8, 1};

std::string StatementFor(size_t rows) {
  std::string statement =
      "INSERT INTO usage_hour (hour, tenant, team, key, usr, model, upstream, operation, label, "
      "source, calls, failed, input, cached, output, reasoning, picousd, unpriced) VALUES ";
  for (size_t i = 0; i < rows * kColumns; ++i) {
    const bool first = i % kColumns == 0;
    if (first && i > 0) statement += "), ";
    statement += first ? "($" : ", $";
    statement += std::to_string(i + 1);
  }
  statement +=
      ") ON CONFLICT (hour, tenant, team, key, usr, model, upstream, operation, label, source) "
      "DO UPDATE SET calls = usage_hour.calls + excluded.calls, "
      "failed = usage_hour.failed + excluded.failed, input = usage_hour.input + excluded.input, "
      "cached = usage_hour.cached + excluded.cached, "
      "output = usage_hour.output + excluded.output, "
      "reasoning = usage_hour.reasoning + excluded.reasoning, "
      "picousd = usage_hour.picousd + excluded.picousd, "
      "unpriced = usage_hour.unpriced + excluded.unpriced";
  return statement;
}

const std::string& Statement(size_t size) {
  static const auto kStatements = [] {
    std::array<std::string, kSizes.size()> statements;
    std::ranges::transform(kSizes, statements.begin(), StatementFor);
    return statements;
  }();
  return kStatements[size];
}

void AddParams(const UsageRow& row, std::vector<Param>& params) {
  const std::array<Param, kColumns> values = {row.hour,
                                              std::string_view(row.tenant),
                                              std::string_view(row.team),
                                              std::string_view(row.key),
                                              std::string_view(row.user),
                                              std::string_view(row.model),
                                              std::string_view(row.upstream),
                                              std::string_view(row.operation),
                                              std::string_view(row.label),
                                              row.source,
                                              row.calls,
                                              row.failed,
                                              row.input,
                                              row.cached,
                                              row.output,
                                              row.reasoning,
                                              row.picousd,
                                              row.unpriced};
  params.insert(params.end(), values.begin(), values.end());
}

}  // namespace

Result<void> AddUsageRows(Sql& sql, std::span<const UsageRow> rows) {
  std::vector<Param> params;
  for (size_t size = 0; size < kSizes.size(); ++size) {
    while (rows.size() >= kSizes[size]) {
      params.clear();
      for (const UsageRow& row : rows.first(kSizes[size])) AddParams(row, params);
      if (auto added = sql.Run(Statement(size), params); !added) return added.error();
      rows = rows.subspan(kSizes[size]);
    }
  }
  return {};
}

}  // namespace inferwire::store
