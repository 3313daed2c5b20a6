#include "store/usage_row.h"

#include <string_view>

#include "store/sql.h"

namespace inferwire::store {

Result<void> AddUsageRow(Sql& sql, const UsageRow& row) {
  auto added = sql.Run(
      "INSERT INTO usage_hour (hour, tenant, team, key, usr, model, upstream, operation, label, "
      "source, calls, failed, input, cached, output, reasoning, picousd, unpriced) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) "
      "ON CONFLICT (hour, tenant, team, key, usr, model, upstream, operation, label, source) "
      "DO UPDATE SET calls = usage_hour.calls + excluded.calls, "
      "failed = usage_hour.failed + excluded.failed, input = usage_hour.input + excluded.input, "
      "cached = usage_hour.cached + excluded.cached, "
      "output = usage_hour.output + excluded.output, "
      "reasoning = usage_hour.reasoning + excluded.reasoning, "
      "picousd = usage_hour.picousd + excluded.picousd, "
      "unpriced = usage_hour.unpriced + excluded.unpriced",
      {row.hour, std::string_view(row.tenant), std::string_view(row.team),
       std::string_view(row.key), std::string_view(row.user), std::string_view(row.model),
       std::string_view(row.upstream), std::string_view(row.operation), std::string_view(row.label),
       row.source, row.calls, row.failed, row.input, row.cached, row.output, row.reasoning,
       row.picousd, row.unpriced});
  if (!added) return added.error();
  return {};
}

}  // namespace inferwire::store
