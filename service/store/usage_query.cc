#include "store/usage_query.h"

#include <string_view>

#include "store/sql.h"

namespace inferwire::store {
namespace {

// $1 and $2: the hours; $3 to $8: the filter, NULL for all.
const std::string kWhere =
    "hour >= $1 AND hour < $2 AND (tenant = $3 OR $3 IS NULL) AND (team = $4 OR $4 IS NULL) AND "
    "(key = $5 OR $5 IS NULL) AND (usr = $6 OR $6 IS NULL) AND (model = $7 OR $7 IS NULL) AND "
    "(upstream = $8 OR $8 IS NULL)";

const std::string kKey = "tenant, team, key, usr, model, upstream, operation, label, source";

// One statement for all groupings: statements are kept prepared. $9 to $17: which columns; $18:
// whether only what is behind $19 to $27; $28: how many.
const std::string kSums =
    "SELECT " + kKey +
    ", CAST(SUM(calls) AS BIGINT), CAST(SUM(failed) AS BIGINT), CAST(SUM(unpriced) AS BIGINT), "
    "CAST(SUM(input) AS BIGINT), CAST(SUM(cached) AS BIGINT), CAST(SUM(output) AS BIGINT), "
    "CAST(SUM(reasoning) AS BIGINT), CAST(SUM(picousd / 1000000) AS BIGINT), "
    "CAST(SUM(picousd % 1000000) AS BIGINT) FROM (SELECT "
    "CASE WHEN $9 = 1 THEN tenant ELSE '' END AS tenant, "
    "CASE WHEN $10 = 1 THEN team ELSE '' END AS team, "
    "CASE WHEN $11 = 1 THEN key ELSE '' END AS key, "
    "CASE WHEN $12 = 1 THEN usr ELSE '' END AS usr, "
    "CASE WHEN $13 = 1 THEN model ELSE '' END AS model, "
    "CASE WHEN $14 = 1 THEN upstream ELSE '' END AS upstream, "
    "CASE WHEN $15 = 1 THEN operation ELSE '' END AS operation, "
    "CASE WHEN $16 = 1 THEN label ELSE '' END AS label, "
    "CASE WHEN $17 = 1 THEN source ELSE 0 END AS source, "
    "calls, failed, unpriced, input, cached, output, reasoning, picousd "
    "FROM usage_hour WHERE " +
    kWhere + ") AS grouped WHERE $18 = 0 OR (" + kKey +
    ") > ($19, $20, $21, $22, $23, $24, $25, $26, $27) GROUP BY " + kKey + " ORDER BY " + kKey +
    " LIMIT $28";

Param TextOrNull(const std::optional<std::string>& text) {
  return text ? Param(std::string_view(*text)) : Param();
}

// They point into the question.
std::vector<Param> WhereParams(const UsageQuestion& question) {
  const UsageFilter& filter = question.filter;
  return {question.begin,
          question.end,
          TextOrNull(filter.tenant),
          TextOrNull(filter.team),
          TextOrNull(filter.key),
          TextOrNull(filter.user),
          TextOrNull(filter.model),
          TextOrNull(filter.upstream)};
}

void AddKeyParams(const UsageRow& row, std::vector<Param>& params) {
  for (const std::string* text : {&row.tenant, &row.team, &row.key, &row.user, &row.model,
                                  &row.upstream, &row.operation, &row.label}) {
    params.emplace_back(std::string_view(*text));
  }
  params.emplace_back(row.source);
}

UsageSum ReadSum(Row& row) {
  UsageSum sum;
  UsageRow& to = sum.row;
  size_t column = 0;
  for (std::string* text : {&to.tenant, &to.team, &to.key, &to.user, &to.model, &to.upstream,
                            &to.operation, &to.label}) {
    *text = row.Text(column++);
  }
  for (int64_t* number : {&to.source, &to.calls, &to.failed, &to.unpriced, &to.input, &to.cached,
                          &to.output, &to.reasoning, &sum.microusd, &sum.picousd}) {
    *number = row.Number(column++);
  }
  return sum;
}

}  // namespace

Result<std::vector<UsageSum>> UsageReader::Sums(const UsageQuestion& question) {
  static const UsageRow kNone;
  std::vector<Param> params = WhereParams(question);
  for (const bool group : question.groups) params.emplace_back(int64_t{group});
  params.emplace_back(int64_t{question.after.has_value()});
  AddKeyParams(question.after ? *question.after : kNone, params);
  params.emplace_back(int64_t{question.limit});
  auto rows = sql_.Run(kSums, params);
  if (!rows) return rows.error();
  std::vector<UsageSum> sums;
  for (Row& row : rows->rows) sums.push_back(ReadSum(row));
  return sums;
}

Result<std::optional<int64_t>> UsageReader::FirstHour(const UsageQuestion& question) {
  static const std::string kFirst = "SELECT MIN(hour) FROM usage_hour WHERE " + kWhere;
  auto rows = sql_.Run(kFirst, WhereParams(question));
  if (!rows) return rows.error();
  return rows->rows.at(0).OptionalNumber(0);
}

Result<std::optional<WallTime>> UsageReader::CompleteUntil(WallTime forgotten) {
  const auto seconds =
      std::chrono::floor<std::chrono::seconds>(forgotten.time_since_epoch()).count();
  auto rows = sql_.Run("SELECT MIN(reached) FROM ledger_writer WHERE closed = 0 AND reached >= $1",
                       {int64_t{seconds}});
  if (!rows) return rows.error();
  const auto reached = rows->rows.at(0).OptionalNumber(0);
  if (!reached) return std::optional<WallTime>();
  return std::optional(WallTime(std::chrono::seconds(*reached)));
}

}  // namespace inferwire::store
