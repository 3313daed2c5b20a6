// One question, one answer: GetBatch, ListBatches, CancelBatch, DeleteBatch.
#include <optional>
#include <utility>

#include "base/text.h"
#include "endpoints/batches/batch_backend.h"
#include "endpoints/batches/view.h"
#include "endpoints/shared/one_answer.h"
#include "endpoints/shared/store_call.h"

namespace inferwire::endpoints {
namespace {

constexpr int kUsualPage = 20, kLargestPage = 100;

// Asks once; the answer's message is made from what the store gives.
template <class Response>
class Query final : public OneAnswer {
 public:
  using Work = std::function<Result<Response>(store::Jobs&)>;

  Query(
      const BatchBackend& service, const upstream::Runtime& runtime,
      const gateway::CallContext& context, gateway::Operation::Observer& observer, Work work,
      std::function<void()> after = [] {})
      : OneAnswer(context, observer),
        work_(std::move(work)),
        after_(std::move(after)),
        calls_(service.executor, runtime) {}

  void Start() override {
    calls_.Ask<Response>(std::move(work_), [this](Result<Response> answer) {
      if (!answer) return Fail(std::move(answer.error()));
      after_();
      Answer(*answer);
    });
  }

 private:
  Work work_;
  const std::function<void()> after_;
  StoreCalls calls_;
};

template <class Response>
Result<Response> BatchOf(Result<std::optional<store::Job>> job,
                         std::chrono::milliseconds retention) {
  if (!job) return job.error();
  if (!*job) return NoSuchBatch();
  Response response;
  *response.mutable_batch() = ToProto(**job, retention);
  return response;
}

Error NotEnded() {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.reason = v1::ERROR_REASON_WRONG_STATE;
  error.origin = Origin::kCaller;
  error.message = "the batch has not ended: cancel it first";
  return error;
}

}  // namespace

Begun NewGetBatch(const v1::GetBatchRequest& request, const BatchBackend& service,
                  const upstream::Runtime& runtime, const gateway::CallContext& context,
                  gateway::Operation::Observer& observer) {
  using Response = v1::GetBatchResponse;
  return Begun(std::make_unique<Query<Response>>(
      service, runtime, context, observer,
      [id = request.batch_id(), owner = context.owner, retention = service.options()->retention](
          store::Jobs& jobs) { return BatchOf<Response>(jobs.Find(id, owner), retention); }));
}

Begun NewCancelBatch(const v1::CancelBatchRequest& request, const BatchBackend& service,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer) {
  using Response = v1::CancelBatchResponse;
  const WallTime now = runtime.timers.clock().WallNow();
  return Begun(std::make_unique<Query<Response>>(
      service, runtime, context, observer,
      [id = request.batch_id(), owner = context.owner, now,
       retention = service.options()->retention](store::Jobs& jobs) {
        return BatchOf<Response>(jobs.Cancel(id, owner, now), retention);
      },
      service.nudge));
}

Begun NewDeleteBatch(const v1::DeleteBatchRequest& request, const BatchBackend& service,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer) {
  using Response = v1::DeleteBatchResponse;
  const WallTime now = runtime.timers.clock().WallNow();
  return Begun(std::make_unique<Query<Response>>(
      service, runtime, context, observer,
      [id = request.batch_id(), owner = context.owner, now](store::Jobs& jobs) -> Result<Response> {
        auto deleted = jobs.Delete(id, owner, now);
        if (!deleted) return deleted.error();
        if (*deleted == store::Jobs::Deletion::kUnknown) return NoSuchBatch();
        if (*deleted == store::Jobs::Deletion::kNotEnded) return NotEnded();
        return Response();
      },
      service.sweep));
}

Begun NewListBatches(const v1::ListBatchesRequest& request, const BatchBackend& service,
                     const upstream::Runtime& runtime, const gateway::CallContext& context,
                     gateway::Operation::Observer& observer) {
  using Response = v1::ListBatchesResponse;
  if (request.page_size() < 0) return InvalidField("page_size", "is negative");
  const int size =
      request.page_size() == 0 ? kUsualPage : std::min<int>(request.page_size(), kLargestPage);
  // The last batch of the page before, by the store's own number.
  int64_t before = 0;
  if (!request.page_token().empty()) {
    before = ParseInteger(request.page_token()).value_or(0);
    if (before <= 0) return InvalidField("page_token", "is not one that a list has given");
  }
  return Begun(std::make_unique<Query<Response>>(
      service, runtime, context, observer,
      [owner = context.owner, before, size,
       retention = service.options()->retention](store::Jobs& jobs) -> Result<Response> {
        auto page = jobs.List(owner, before, size + 1);
        if (!page) return page.error();
        Response response;
        const bool more = page->size() > static_cast<size_t>(size);
        if (more) page->pop_back();
        for (const store::Job& job : *page) {
          *response.add_batches() = ToProto(job, retention, /*with_shards=*/false);
        }
        if (more) response.set_next_page_token(std::to_string(page->back().number));
        return response;
      }));
}

}  // namespace inferwire::endpoints
