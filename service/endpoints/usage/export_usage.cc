// ExportUsage: every row of the sums, a page at a time as the caller takes them.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "endpoints/shared/store_call.h"
#include "endpoints/usage/operations.h"
#include "endpoints/usage/usage_page.h"
#include "endpoints/usage/usage_range.h"
#include "endpoints/usage/usage_scope.h"

namespace inferwire::endpoints {
namespace {

constexpr int kRowsPerMessage = 500;

// The end is not a part of it: an export may be taken up again after more hours have come.
std::string QuestionOf(const v1::ExportUsageRequest& request) {
  v1::ExportUsageRequest question;
  *question.mutable_start() = request.start();
  *question.mutable_scope() = request.scope();
  return "export " + question.SerializeAsString();
}

class ExportUsage final : public gateway::Operation {
 public:
  ExportUsage(UsageAsked asked, std::string question, const UsageBackend& backend,
              const upstream::Runtime& runtime, const gateway::CallContext& context,
              gateway::Operation::Observer& observer)
      : asked_(std::move(asked)),
        question_(std::move(question)),
        observer_(observer),
        calls_(backend.executor, runtime) {
    stats_.request_id = context.request_id;
  }

  void Start() override { Ask(); }
  void Resume() override { Send(); }
  const gateway::CallStats& stats() const override { return stats_; }

 private:
  void Ask() {
    calls_.Ask<UsagePage>(
        [asked = asked_](store::Jobs& jobs) { return ReadUsagePage(asked, jobs.usage()); },
        [this](Result<UsagePage> page) {
          if (!page) return observer_.OnEnd(std::move(page.error()));
          page_ = std::make_unique<UsagePage>(std::move(*page));
          Send();
        });
  }

  // What is here once the caller takes it, and then more.
  void Send() {
    if (!page_ || observer_.Full()) return;
    const auto taken = std::exchange(page_, nullptr);
    const UsagePage& page = *taken;
    v1::ExportUsageResponse message;
    for (const v1::UsageRow& row : page.rows) *message.add_rows() = row;
    if (page.last) {
      asked_.from = *page.last;
      message.set_resume_token(ToToken(*page.last, question_));
    }
    if (page.complete_until) {
      message.mutable_complete_until()->set_seconds(
          std::chrono::floor<std::chrono::seconds>(page.complete_until->time_since_epoch())
              .count());
    }
    ++stats_.events;
    observer_.OnMessage(message);
    if (page.more) return Ask();
    stats_.finished = true;
    observer_.OnEnd(std::nullopt);
  }

  UsageAsked asked_;
  const std::string question_;
  gateway::Operation::Observer& observer_;
  gateway::CallStats stats_;
  std::unique_ptr<UsagePage> page_;  // that the caller has not taken yet
  StoreCalls calls_;
};

}  // namespace

Begun NewExportUsage(const v1::ExportUsageRequest& request, const UsageBackend& backend,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer) {
  const WallTime now = runtime.timers.clock().WallNow();
  auto range = RangeOf(request.has_start() ? &request.start() : nullptr,
                       request.has_end() ? &request.end() : nullptr, now);
  if (!range) return range.error();
  auto filter = VisibleUsage(request.scope(), context);
  if (!filter) return filter.error();
  UsageAsked asked{
      .buckets = Buckets(v1::QueryUsageRequest::BUCKET_HOUR, limits::TimeZone::Utc(), *range),
      .filter = std::move(*filter),
      .from = {.hour = range->begin},
      .rows = kRowsPerMessage,
      .now = now};
  asked.groups.fill(true);
  std::string question = QuestionOf(request);
  if (!request.resume_token().empty()) {
    auto from = FromToken(request.resume_token(), question, "resume_token");
    if (!from) return from.error();
    asked.from = std::move(*from);
  }
  return Begun(std::make_unique<ExportUsage>(std::move(asked), std::move(question), backend,
                                             runtime, context, observer));
}

}  // namespace inferwire::endpoints
