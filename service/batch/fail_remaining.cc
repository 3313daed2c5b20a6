#include "batch/fail_remaining.h"

#include <utility>
#include <vector>

#include "batch/answer_line.h"

namespace inferwire::batch {
namespace {

constexpr int kItems = 500;
constexpr size_t kBytes = 4u << 20;

}  // namespace

Result<bool> FailRemaining::EndSome() {
  // A line's number is an item's place among all, so all are passed if lines are spoken of.
  auto items = lines_.empty()
                   ? work_.jobs.Unanswered(lease_.job, shard_.index, next_item_, kItems, kBytes)
                   : work_.jobs.Items(lease_.job, shard_.index, next_item_, kItems, kBytes);
  if (!items) return items.error();
  if (items->empty()) return true;
  std::vector<store::NewResult> results;
  results.reserve(items->size());
  for (store::Item& item : *items) {
    const auto own = lines_.find(++line_);
    if (own != lines_.end()) custom_ids_[line_] = item.custom_id;
    // What upstream says of a line stays in its words.
    const Error error = own == lines_.end()
                            ? OfItem(error_, item.custom_id, {"batch", item.index + 1})
                            : own->second;
    results.push_back(ResultOfError(std::move(item.custom_id), error, outcome_));
  }
  next_item_ = items->back().index + 1;
  auto added = work_.jobs.AddResults(lease_, shard_, results);
  if (!added) return added.error();
  work_.metrics.Items(outcome_ == store::ItemOutcome::kFailed    ? "failed"
                      : outcome_ == store::ItemOutcome::kExpired ? "expired"
                                                                 : "cancelled",
                      added->accepted);
  return false;
}

}  // namespace inferwire::batch
