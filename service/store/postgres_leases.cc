#include "store/postgres_leases.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "store/fault.h"

namespace inferwire::store {
namespace {

// The names' rows are written only once: asking for them again costs no version of them.
constexpr char kNumbers[] = R"(
WITH names AS MATERIALIZED (SELECT DISTINCT unnest($1::text[]) AS name),
made AS (
  INSERT INTO limit_meters (name) SELECT name FROM names
  WHERE NOT EXISTS (SELECT 1 FROM limit_meters m WHERE m.name = names.name)
  ORDER BY name
  ON CONFLICT (name) DO NOTHING RETURNING meter, name)
SELECT name, meter FROM made
UNION ALL SELECT m.name, m.meter FROM limit_meters m JOIN names ON m.name = names.name)";

}  // namespace

PostgresLeases::PostgresLeases(std::string url, std::chrono::milliseconds statement,
                               const std::string& replica)
    : connection_(std::move(url), statement),
      register_(connection_, replica),
      flows_(connection_),
      stocks_(connection_, replica) {
  connection_.Add({"numbers", kNumbers, 1});
}

Result<std::vector<int64_t>> PostgresLeases::Numbers(const std::vector<std::string>& names) {
  std::vector<int64_t> numbers(names.size(), 0);
  // What another replica has made while we asked is seen by the second question.
  for (int tries = 0; tries < 3; ++tries) {
    if (auto added = AddNumbers(names, numbers); !added) return added.error();
    if (std::find(numbers.begin(), numbers.end(), 0) == numbers.end()) return numbers;
  }
  return StoreError(Fault::kWrong, "the database gives no numbers to meters");
}

Result<void> PostgresLeases::AddNumbers(const std::vector<std::string>& names,
                                        std::vector<int64_t>& numbers) {
  auto answer = connection_.Run("numbers", {ArrayOf(names)});
  if (!answer) return answer.error();
  std::unordered_map<std::string, int64_t> known;
  for (int row = 0; row < PQntuples(answer->get()); ++row) {
    known[TextAt(*answer, row, 0)] = NumberAt(*answer, row, 1);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (const auto found = known.find(names[i]); found != known.end()) numbers[i] = found->second;
  }
  return {};
}

}  // namespace inferwire::store
