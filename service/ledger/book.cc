#include "ledger/book.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace inferwire::ledger {
namespace {

namespace fs = std::filesystem;

int64_t Nanoseconds(WallTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

Error Unusable(const std::string& why) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.reason = v1::ERROR_REASON_STORE_UNAVAILABLE;
  error.message = "the ledger's folder cannot be used: " + why;
  return error;
}

// The folder's lock: the kernel takes it back however the process ends.
Result<int> Lock(const std::string& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Unusable(failed.message());
  const int fd = open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) return Unusable(std::strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const bool taken = errno == EWOULDBLOCK;
  const std::string why = taken ? "another process has it" : std::strerror(errno);
  close(fd);
  return Unusable(why);
}

}  // namespace

Result<std::unique_ptr<Book>> Book::Open(Options options, const Clock& clock,
                                         telemetry::LedgerMetrics& metrics, uint64_t random) {
  auto lock = Lock(options.folder);
  if (!lock) return lock.error();
  const int64_t now = Nanoseconds(clock.WallNow());
  auto recovered =
      CloseEarlierWriters(options.folder, options.segment_bytes, options.allocate, now);
  if (!recovered) {
    // What is left is closed at another start; nothing of it is lost.
    metrics.Failed(telemetry::LedgerFailure::kRecover);
    recovered = Recovered{};
  }
  metrics.Booked(static_cast<size_t>(Source::kLost), static_cast<int64_t>(recovered->lost));
  constexpr uint64_t kRandom = 0xffff;
  const uint64_t writer = (static_cast<uint64_t>(now) & ~kRandom) | (random & kRandom);
  std::unique_ptr<Book> book(
      new Book(std::move(options), clock, metrics, *lock, writer, *recovered));
  for (int i = 0; i < 2; ++i) {  // the one that is written to, and the next
    std::unique_lock mutex(book->mutex_);
    book->PrepareNext(mutex);
  }
  Book& self = *book;
  self.keeper_ = std::thread([&self] { self.Keep(); });
  return book;
}

Book::Book(Options options, const Clock& clock, telemetry::LedgerMetrics& metrics, int lock,
           uint64_t writer, const Recovered& recovered)
    : options_(std::move(options)),
      clock_(clock),
      metrics_(metrics),
      lock_(lock),
      writer_(writer),
      recovered_(recovered) {}

Book::~Book() {
  Close();
  close(lock_);
}

void Book::Close() {
  if (std::exchange(closed_, true)) return;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (keeper_.joinable()) keeper_.join();
  std::lock_guard lock(mutex_);
  if (!current_) return;
  while (!held_.empty() && WriteHeld()) {
  }
  if (open_ == 0 && held_.empty()) Write(NewRecord(Kind::kClose, {}), {}, 0);
  current_->segment().Sync();
}

void Book::Uploaded(uint64_t writer, uint32_t index) {
  std::lock_guard lock(mutex_);
  uploaded_[writer] = index;
}

uint64_t Book::number() const {
  std::lock_guard lock(mutex_);
  return number_;
}

uint64_t Book::Begin(const Names& names, const RequestId& request_id) {
  std::lock_guard lock(mutex_);
  const uint64_t number = Write(NewRecord(Kind::kBegin, request_id), names, open_ + 1);
  if (number != 0) ++open_;
  return number;
}

void Book::End(uint64_t begin, const Names& names, const RequestId& request_id,
               const Usage& usage) {
  metrics_.Booked(static_cast<size_t>(usage.source), usage.calls);
  std::lock_guard lock(mutex_);
  if (begin != 0) --open_;
  if (Write(NewEnd(begin, request_id, usage), names, open_) != 0) return;
  held_.Add(names, usage);
  metrics_.Held(held_.calls());
  if (begin != 0) WriteBareEnd(begin);
}

int64_t Book::held() const {
  std::lock_guard lock(mutex_);
  return held_.calls();
}

Record Book::NewRecord(Kind kind, const RequestId& request_id) const {
  Record record;
  record.kind = kind;
  record.at = Nanoseconds(clock_.WallNow());
  record.request_id = request_id;
  return record;
}

Record Book::NewEnd(uint64_t begin, const RequestId& request_id, const Usage& usage) const {
  Record record = NewRecord(Kind::kEnd, request_id);
  record.begin = begin;
  record.source = usage.source;
  record.code = usage.code;
  record.attempts = usage.attempts;
  record.calls = usage.calls;
  record.unpriced = usage.unpriced;
  record.input = usage.input;
  record.cached = usage.cached;
  record.output = usage.output;
  record.reasoning = usage.reasoning;
  record.picousd = usage.picousd;
  return record;
}

uint64_t Book::Write(const Record& record, const Names& names, size_t open) {
  if (!current_) return 0;
  const size_t here = current_->segment().free();
  const size_t next = next_ ? next_->slots() : 0;
  const SegmentWriter::Numbers numbers = current_->Find(names);
  if (here >= numbers.slots) {
    if (here - numbers.slots + next < open) return 0;
    return number_ = current_->Write(record, names, numbers);
  }
  // What is left here is given up, so it does not count.
  if (next < SegmentWriter::MostSlotsFor(names) + open) return 0;
  Rotate();
  return number_ = current_->Write(record, names);
}

void Book::Rotate() {
  next_->Start(number_ + 1);
  if (current_) retired_.push_back(std::move(current_));
  current_ = std::make_shared<SegmentWriter>(std::move(next_), number_);
  metrics_.FreeSegments(0);
  wants_next_ = true;
  changed_.notify_one();
}

void Book::WriteBareEnd(uint64_t begin) {
  if (current_->segment().free() == 0) Rotate();
  Usage nothing;
  nothing.calls = 0;
  number_ = current_->Write(NewEnd(begin, {}, nothing), {});
}

// Without the lock while files are waited for.
void Book::PrepareNext(std::unique_lock<std::mutex>& lock) {
  wants_next_ = false;
  if (!next_) {
    const uint32_t index = next_index_;
    lock.unlock();
    const Allocate allocate = [this](int fd, int64_t bytes) {
      return MayAllocate() ? options_.allocate(fd, bytes) : ENOSPC;
    };
    auto made = Segment::Create(options_.folder, writer_, index, options_.segment_bytes, allocate);
    lock.lock();
    if (made) {
      next_ = std::move(*made);
      ++next_index_;
    } else {
      metrics_.Failed(telemetry::LedgerFailure::kAllocate);
    }
  }
  if (!current_ && next_) Rotate();
  metrics_.FreeSegments(next_ ? 1 : 0);
}

void Book::Keep() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_.wait_for(lock, options_.sync, [this] { return stopping_ || wants_next_; });
    auto retired = std::exchange(retired_, {});
    auto current = current_;
    PrepareNext(lock);
    const auto uploaded = uploaded_;
    const uint32_t in_use = next_index_ - std::min<uint32_t>(next_index_, 2);
    lock.unlock();
    bool synced = !current || current->segment().Sync();
    for (const auto& each : retired) synced = each->segment().Sync() && synced;
    if (!synced) metrics_.Failed(telemetry::LedgerFailure::kSync);
    RemoveOld(in_use, uploaded);
    // Unmapping takes its time.
    retired.clear();
    current.reset();
    lock.lock();
    WriteHeld();
  }
}

// Calls wait for the lock meanwhile.
bool Book::WriteHeld() {
  constexpr int kAtOnce = 100;
  bool written = false;
  for (int i = 0; i < kAtOnce && !held_.empty(); ++i) {
    const Held::Sum& sum = held_.first();
    if (Write(NewEnd(0, {}, sum.usage), sum.names(), open_) == 0) break;
    held_.DropFirst();
    written = true;
  }
  metrics_.Held(held_.calls());
  return written;
}

// Two files are always allowed, or nothing could be written at all.
bool Book::MayAllocate() const {
  if (!options_.uploads) return true;  // the oldest make room
  const size_t most = options_.max_bytes / options_.segment_bytes;
  return ListSegments(options_.folder).size() <= std::max<size_t>(2, most);
}

// What is too old, and the oldest of what is too much: then there is room for the next one.
void Book::RemoveOld(uint32_t oldest_in_use, const std::map<uint64_t, uint32_t>& uploaded) const {
  const auto removable = [&](const SegmentFile& file) {
    if (file.writer == writer_ && file.index >= oldest_in_use) return false;
    if (!options_.uploads) return true;
    const auto found = uploaded.find(file.writer);
    return found != uploaded.end() && file.index < found->second;
  };
  const std::vector<SegmentFile> files = ListSegments(options_.folder);
  size_t most = options_.max_bytes / options_.segment_bytes;
  if (options_.uploads && most > 0) --most;
  size_t left = files.size();
  const auto oldest = fs::file_time_type::clock::now() - options_.keep;
  for (const SegmentFile& file : files) {
    if (!removable(file)) continue;
    std::error_code failed;
    const auto written = fs::last_write_time(file.path, failed);
    if (failed || (written >= oldest && left <= most)) continue;
    if (unlink(file.path.c_str()) == 0) --left;
  }
}

}  // namespace inferwire::ledger
