// A page of sums, bucket by bucket. Asks the store: for its threads.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "endpoints/usage/buckets.h"
#include "endpoints/usage/page_token.h"
#include "inferwire/v1/usage_service.pb.h"
#include "store/usage_query.h"

namespace inferwire::endpoints {

// No longer is a writer waited for that says nothing: complete_until would stand still for ever.
inline constexpr std::chrono::hours kForgotten{24 * 7};
// Asked for one page; a page of few groups may end before it is full.
inline constexpr int kMostBuckets = 200;

struct UsageAsked {
  Buckets buckets;
  store::UsageFilter filter;
  std::array<bool, store::kUsageGroups> groups{};
  UsagePlace from;
  int rows = 100;
  WallTime now{};
};

struct UsagePage {
  std::vector<v1::UsageRow> rows;
  std::optional<UsagePlace> last;  // behind the last row
  bool more = false;               // there may be
  std::optional<WallTime> complete_until;
};

Result<UsagePage> ReadUsagePage(const UsageAsked& asked, store::UsageReader& reader);

}  // namespace inferwire::endpoints
