// QueryUsage: one page of sums.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "endpoints/shared/one_answer.h"
#include "endpoints/shared/store_call.h"
#include "endpoints/usage/operations.h"
#include "endpoints/usage/usage_page.h"
#include "endpoints/usage/usage_range.h"
#include "endpoints/usage/usage_scope.h"

namespace inferwire::endpoints {
namespace {

constexpr int kUsualPage = 100, kLargestPage = 1000;
constexpr int kMostGroups = 4;
// In the order of store::UsageGroup.
constexpr std::array<std::string_view, store::kUsageGroups> kGroupNames{
    "tenant", "team", "key", "user", "model", "upstream", "operation", "label", "source"};

Result<std::array<bool, store::kUsageGroups>> GroupsOf(const v1::QueryUsageRequest& request) {
  if (request.group_by_size() > kMostGroups) return InvalidField("group_by", "has more than 4");
  std::array<bool, store::kUsageGroups> groups{};
  for (const std::string& name : request.group_by()) {
    const auto found = std::ranges::find(kGroupNames, name);
    if (found == kGroupNames.end()) {
      return InvalidField("group_by",
                          "may be tenant, team, key, user, model, upstream, operation, label and "
                          "source");
    }
    groups[static_cast<size_t>(found - kGroupNames.begin())] = true;
  }
  return groups;
}

// All of it but the page: whoever asks for the next one asks the same.
std::string QuestionOf(const v1::QueryUsageRequest& request, const Hours& range) {
  v1::QueryUsageRequest question = request;
  question.clear_page_size();
  question.clear_page_token();
  question.clear_end();  // now, if it was not set: the range says it
  return question.SerializeAsString() + (request.has_end() ? std::to_string(range.end) : "");
}

Result<UsageAsked> AskedOf(const v1::QueryUsageRequest& request,
                           const gateway::CallContext& context, WallTime now) {
  auto range = RangeOf(request.has_start() ? &request.start() : nullptr,
                       request.has_end() ? &request.end() : nullptr, now);
  if (!range) return range.error();
  if (!v1::QueryUsageRequest::Bucket_IsValid(request.bucket())) {
    return InvalidField("bucket", "is a value that this version does not know");
  }
  auto bucket = request.bucket();
  if (bucket == v1::QueryUsageRequest::BUCKET_UNSPECIFIED) {
    bucket = v1::QueryUsageRequest::BUCKET_DAY;
  }
  auto zone = limits::TimeZone::Utc();
  if (!request.time_zone().empty()) {
    auto found = limits::TimeZone::Find(request.time_zone());
    if (!found) return InvalidField("time_zone", "is no time zone that this gateway knows");
    zone = *found;
  }
  auto filter = VisibleUsage(request.scope(), context);
  if (!filter) return filter.error();
  auto groups = GroupsOf(request);
  if (!groups) return groups.error();
  if (request.page_size() < 0) return InvalidField("page_size", "is negative");
  UsageAsked asked{.buckets = Buckets(bucket, std::move(zone), *range),
                   .filter = std::move(*filter),
                   .groups = *groups,
                   .from = {.hour = range->begin},
                   .now = now};
  asked.rows =
      request.page_size() == 0 ? kUsualPage : std::min<int>(request.page_size(), kLargestPage);
  if (!request.page_token().empty()) {
    auto from = FromToken(request.page_token(), QuestionOf(request, *range), "page_token");
    if (!from) return from.error();
    asked.from = std::move(*from);
  }
  return asked;
}

class QueryUsage final : public OneAnswer {
 public:
  QueryUsage(UsageAsked asked, std::string question, const UsageBackend& backend,
             const upstream::Runtime& runtime, const gateway::CallContext& context,
             gateway::Operation::Observer& observer)
      : OneAnswer(context, observer),
        asked_(std::move(asked)),
        question_(std::move(question)),
        calls_(backend.executor, runtime) {}

  void Start() override {
    calls_.Ask<UsagePage>(
        [asked = std::move(asked_)](store::Jobs& jobs) {
          return ReadUsagePage(asked, jobs.usage());
        },
        [this](Result<UsagePage> page) {
          if (!page) return Fail(std::move(page.error()));
          v1::QueryUsageResponse response;
          for (v1::UsageRow& row : page->rows) response.add_rows()->Swap(&row);
          if (page->more && page->last) {
            response.set_next_page_token(ToToken(*page->last, question_));
          }
          if (page->complete_until) {
            response.mutable_complete_until()->set_seconds(
                std::chrono::floor<std::chrono::seconds>(page->complete_until->time_since_epoch())
                    .count());
          }
          Answer(response);
        });
  }

 private:
  UsageAsked asked_;
  const std::string question_;
  StoreCalls calls_;
};

}  // namespace

Begun NewQueryUsage(const v1::QueryUsageRequest& request, const UsageBackend& backend,
                    const upstream::Runtime& runtime, const gateway::CallContext& context,
                    gateway::Operation::Observer& observer) {
  auto asked = AskedOf(request, context, runtime.timers.clock().WallNow());
  if (!asked) return asked.error();
  std::string question = QuestionOf(request, asked->buckets.range());
  return Begun(std::make_unique<QueryUsage>(std::move(*asked), std::move(question), backend,
                                            runtime, context, observer));
}

}  // namespace inferwire::endpoints
