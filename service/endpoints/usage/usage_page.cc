#include "endpoints/usage/usage_page.h"

#include <utility>

#include "endpoints/usage/usage_message.h"

namespace inferwire::endpoints {

Result<UsagePage> ReadUsagePage(const UsageAsked& asked, store::UsageReader& reader) {
  UsagePage page;
  // Before the rows: what ended by then is among them.
  auto complete = reader.CompleteUntil(asked.now - kForgotten);
  if (!complete) return complete.error();
  page.complete_until = *complete;
  const Hours range = asked.buckets.range();
  UsagePlace at = asked.from;
  for (int buckets = 0; buckets < kMostBuckets; ++buckets) {
    store::UsageQuestion question{.begin = at.hour, .end = range.end, .filter = asked.filter};
    auto hour = reader.FirstHour(question);
    if (!hour) return hour.error();
    if (!*hour) return page;
    const Hours bucket = asked.buckets.Of(**hour);
    if (at.within && bucket != asked.buckets.Of(at.hour)) at.within = false;
    question.begin = bucket.begin;
    question.end = bucket.end;
    question.groups = asked.groups;
    if (at.within) question.after = std::move(at.after);
    const int room = asked.rows - static_cast<int>(page.rows.size());
    question.limit = room;
    auto sums = reader.Sums(question);
    if (!sums) return sums.error();
    for (const store::UsageSum& sum : *sums) FillRow(sum, bucket, page.rows.emplace_back());
    if (static_cast<int>(sums->size()) == room) {
      page.last = UsagePlace{bucket.begin, true, std::move(sums->back().row)};
      page.more = true;
      return page;
    }
    at = {bucket.end, false, {}};
    page.last = at;
    if (bucket.end >= range.end) return page;
  }
  page.more = true;
  return page;
}

}  // namespace inferwire::endpoints
