// Questions to the ledger's sums. Blocks, as the connection that it uses.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/usage_row.h"

namespace inferwire::store {

class Sql;

// Which rows. Unset: all of them; an empty text is one, too.
struct UsageFilter {
  std::optional<std::string> tenant{}, team{}, key{}, user{}, model{}, upstream{};
};

// What rows can be grouped by, in the order of a sum's key.
enum class UsageGroup {
  kTenant,
  kTeam,
  kKey,
  kUser,
  kModel,
  kUpstream,
  kOperation,
  kLabel,
  kSource
};
inline constexpr size_t kUsageGroups = 9;

struct UsageQuestion {
  int64_t begin = 0, end = 0;  // hours since 1970; the end is not one of them
  UsageFilter filter{};
  std::array<bool, kUsageGroups> groups{};
  std::optional<UsageRow> after{};  // only groups behind this one
  int limit = 1;
};

// One group. What was not grouped by is empty in the row, and so is its money: it is
// micro-USD x 10^6 + picousd, of which both may be large.
struct UsageSum {
  UsageRow row;
  int64_t microusd = 0, picousd = 0;
};

class UsageReader {
 public:
  explicit UsageReader(Sql& sql) : sql_(sql) {}

  // In the order of their keys.
  Result<std::vector<UsageSum>> Sums(const UsageQuestion& question);
  // The first hour of the question's that has anything.
  Result<std::optional<int64_t>> FirstHour(const UsageQuestion& question);
  // Calls that ended before are in the sums, those of all writers that were heard of since
  // `forgotten`; nothing: there is no writer.
  Result<std::optional<WallTime>> CompleteUntil(WallTime forgotten);

 private:
  Sql& sql_;
};

}  // namespace inferwire::store
