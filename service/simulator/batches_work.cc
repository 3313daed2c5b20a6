// The work on batches, in small slices: their input is checked line by line, then executed or
// skipped item by item.
#include <chrono>
#include <string>
#include <utility>

#include "simulator/batches.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMaxItems = 50'000;
constexpr int64_t kMaxInputBytes = 200ll * 1000 * 1000;
constexpr size_t kMaxFaults = 20;               // reported of one input
constexpr size_t kLineRead = 2048;              // most lines in one go
constexpr std::chrono::milliseconds kSlice{2};  // of work between two looks at the sockets

constexpr std::string_view kExpired =
    "This request could not be executed before the completion window expired.";
constexpr std::string_view kCancelled =
    "This request was not executed because the batch was cancelled.";

}  // namespace

bool Batches::Work() {
  const auto end = std::chrono::steady_clock::now() + kSlice;
  bool more = false;
  for (const auto& batch : batches_) {
    while (HasWork(*batch) && std::chrono::steady_clock::now() < end) WorkOn(*batch);
    more = more || HasWork(*batch);
  }
  return more;
}

bool Batches::HasWork(const Batch& batch) const {
  if (!batch.work) return false;
  const BatchWork& work = *batch.work;
  switch (batch.state) {
    case BatchState::kValidating:
      return !work.checked;
    case BatchState::kInProgress:
      return work.done < work.goal;
    case BatchState::kFinalizing:
    case BatchState::kCancelling:
      return work.done < work.order.size();
    default:
      return false;
  }
}

void Batches::WorkOn(Batch& batch) {
  if (batch.state == BatchState::kValidating) {
    CheckSome(batch);
  } else if (batch.work->done < batch.work->goal) {
    ExecuteOne(batch);
  } else {
    SkipOne(batch);
  }
  if (!HasWork(batch)) Advance(batch);
}

void Batches::CheckSome(Batch& batch) {
  BatchWork& work = *batch.work;
  std::string line;
  if (work.input->size() > kMaxInputBytes) {
    Fail(batch, {"file_too_large", "The batch input file is larger than 200 MB.", {}, {}});
    work.checked = true;
    return;
  }
  if (batch.faults.size() >= kMaxFaults || !work.lines.Next(line, kMaxItemBytes)) {
    if (batch.faults.empty() && work.begins.empty()) {
      Fail(batch, {"empty_file", "The input file is empty.", {}, {}});
    }
    work.ids.clear();
    work.checked = true;
    return;
  }
  ++work.line_number;
  if (line.empty()) return;
  if (static_cast<int64_t>(work.begins.size()) == kMaxItems) {
    Fail(batch,
         {"too_many_tasks", "The batch input file contains more than 50,000 requests.", {}, {}});
    work.checked = true;
    return;
  }
  work.begins.push_back(work.lines.line_begin());
  const bool count = QueueLimit(work.model).has_value();
  if (auto fault = CheckItem(line, options_, count, batch, work)) {
    fault->line = work.line_number;
    Fail(batch, std::move(*fault));
  }
}

void Batches::Fail(Batch& batch, BatchFault fault) { batch.faults.push_back(std::move(fault)); }

void Batches::ExecuteOne(Batch& batch) {
  BatchWork& work = *batch.work;
  const uint32_t index = work.order[work.done++];
  LineReader lines(*work.input, work.begins[index], kLineRead);
  std::string line;
  lines.Next(line, kMaxItemBytes);
  const int64_t created = options_.fixed_created.value_or(UnixSeconds(clock_.Now()));
  ItemResult result = ExecuteItem(line, index, options_, rules_, batch, created);
  ++(result.failed ? batch.failed : batch.completed);
  batch.tokens.input += result.tokens.input;
  batch.tokens.output += result.tokens.output;
  batch.tokens.reasoning += result.tokens.reasoning;
  stats_.Update([](Stats& stats) { ++stats.batch_items; });
  auto& content = result.failed ? work.errors : work.output;
  if (!content) content = files_.NewContent();
  work.disk_full = !content->Append(result.text) || work.disk_full;
}

// What the end of the batch came too early for.
void Batches::SkipOne(Batch& batch) {
  BatchWork& work = *batch.work;
  const uint32_t index = work.order[work.done++];
  work.goal = work.done;
  LineReader lines(*work.input, work.begins[index], kLineRead);
  std::string line;
  lines.Next(line, kMaxItemBytes);
  const bool expired = batch.last == BatchState::kExpired;
  ++batch.failed;
  if (!work.errors) work.errors = files_.NewContent();
  const std::string text =
      UnexecutedLine(line, index, options_, expired ? "batch_expired" : "batch_cancelled",
                     expired ? kExpired : kCancelled);
  work.disk_full = !work.errors->Append(text) || work.disk_full;
}

}  // namespace inferwire::simulator
