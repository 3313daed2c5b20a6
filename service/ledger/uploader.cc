#include "ledger/uploader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "ledger/hour_sums.h"
#include "ledger/segment.h"

namespace inferwire::ledger {
namespace {

constexpr std::chrono::hours kSweepEvery{1};
// How often the store hears of a writer that has nothing new.
constexpr std::chrono::seconds kTellEvery{5};
// A record has its time a moment before it can be read.
constexpr std::chrono::seconds kSettled{1};

}  // namespace

Uploader::Uploader(Options options, Book& book, Connect connect, const Clock& clock,
                   telemetry::LedgerMetrics& metrics, telemetry::Log& log)
    : options_(std::move(options)),
      book_(book),
      connect_(std::move(connect)),
      clock_(clock),
      metrics_(metrics),
      log_(log),
      caught_up_(clock.Now()),
      thread_([this] { Run(); }) {}

Uploader::~Uploader() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Uploader::Finish(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  finishing_ = true;
  changed_.notify_all();
  const bool finished = changed_.wait_for(lock, most, [this] { return finished_; });
  stopping_ = true;
  changed_.notify_all();
  return finished;
}

void Uploader::Run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const bool last = finishing_;
    lock.unlock();
    const auto uploaded = UploadAll();
    lock.lock();
    if (!uploaded) Failed(uploaded.error());
    if (uploaded && last) {
      finished_ = true;
      changed_.notify_all();
      return;
    }
    const auto wakes = [this, last] { return stopping_ || (finishing_ && !last); };
    changed_.wait_for(lock, options_.every, wakes);
  }
}

void Uploader::Failed(const Error& error) {
  store_.reset();
  writers_.clear();  // what became of the last transaction is asked
  metrics_.Failed(telemetry::LedgerFailure::kUpload);
  metrics_.Unsent(book_.number(), clock_.Now() - caught_up_);
  if (std::exchange(last_error_, error.message) == error.message) return;
  log_.Event(telemetry::LogLevel::kWarning, "ledger_not_uploaded", {{"error", error.message}});
}

Result<void> Uploader::UploadAll() {
  if (!store_) {
    auto connected = connect_();
    if (!connected) return connected.error();
    store_ = std::move(*connected);
  }
  const SteadyTime now = clock_.Now();
  const WallTime begun = clock_.WallNow();
  std::optional<uint64_t> before;
  for (const SegmentFile& file : ListSegments(options_.folder)) {
    if (before == file.writer) continue;
    before = file.writer;
    if (auto uploaded = UploadWriter(file.writer, file.index); !uploaded) return uploaded;
  }
  if (auto told = TellReached(begun - kSettled); !told) return told;
  caught_up_ = now;
  last_error_.clear();
  const auto own = writers_.find(book_.writer());
  const uint64_t there = own == writers_.end() ? 0 : static_cast<uint64_t>(own->second.state.last);
  metrics_.Unsent(book_.number() - std::min(book_.number(), there), Duration::zero());
  return RemoveOldSums();
}

Result<void> Uploader::UploadWriter(uint64_t writer, uint32_t first_index) {
  Progress& progress = writers_[writer];
  if (!progress.reader) {
    auto state = store_->Writer(static_cast<int64_t>(writer));
    if (!state) return state.error();
    progress.state = *state;
    progress.reader = std::make_unique<WriterReader>(options_.folder, writer, first_index);
  }
  while (!progress.state.closed) {
    auto more = UploadSome(writer, progress, clock_.WallNow());
    if (!more) return more.error();
    if (!*more) break;
  }
  const uint32_t done =
      progress.state.closed ? std::numeric_limits<uint32_t>::max() : progress.reader->index();
  book_.Uploaded(writer, done);
  return {};
}

Result<bool> Uploader::UploadSome(uint64_t writer, Progress& progress, WallTime begun) {
  store::WriterState next = progress.state;
  HourSums sums;
  size_t records = 0;
  int64_t read_to = 0;
  const auto enough = [&] { return records >= options_.records || sums.rows() >= options_.rows; };
  while (!enough()) {
    const auto line = progress.reader->Next();
    if (!line) break;
    read_to = line->at;
    const auto number = static_cast<int64_t>(line->number);
    if (number <= progress.state.last) continue;
    ++records;
    next.last = number;
    if (line->kind == Kind::kClose) next.closed = true;
    sums.Add(*line, progress.reader->index());
  }
  WallTime reached = begun;
  const bool may_be_more = enough();
  if (may_be_more) {  // it is complete up to here only
    reached = std::min(begun, WallTime(std::chrono::duration_cast<WallTime::duration>(
                                  std::chrono::nanoseconds(read_to))));
  }
  if (next.last == progress.state.last) return false;
  auto added = store_->Add(static_cast<int64_t>(writer), progress.state.last, next, sums.Take(),
                           reached - kSettled);
  if (!added) return added.error();
  if (*added) {
    progress.state = next;
    if (writer == book_.writer()) told_ = clock_.Now();
    return may_be_more;  // what came meanwhile waits: whoever chases it never ends
  }
  // A transaction of ours whose end we had not heard of was done after all.
  Error error;
  error.code = Code::kAborted;
  error.reason = v1::ERROR_REASON_CONFLICT;
  error.message = "the store has other records of this ledger than it had";
  return error;
}

Result<void> Uploader::TellReached(WallTime until) {
  const SteadyTime now = clock_.Now();
  if (told_ && now - *told_ < kTellEvery) return {};
  auto told = store_->Reached(static_cast<int64_t>(book_.writer()), until);
  if (told) told_ = now;
  return told;
}

Result<void> Uploader::RemoveOldSums() {
  const SteadyTime now = clock_.Now();
  if (swept_ && now - *swept_ < kSweepEvery) return {};
  const auto oldest = (clock_.WallNow() - options_.hours).time_since_epoch();
  auto removed =
      store_->RemoveBefore(std::chrono::duration_cast<std::chrono::hours>(oldest).count());
  if (removed) swept_ = now;
  return removed;
}

}  // namespace inferwire::ledger
