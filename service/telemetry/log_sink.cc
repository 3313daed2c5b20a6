// Lines go out together: a thread woken for each of them would cost a busy server a tenth of its
// time.
#include <condition_variable>
#include <deque>
#include <mutex>
#include <ostream>
#include <string>
#include <thread>
#include <utility>

#include "telemetry/log.h"

namespace inferwire::telemetry {
namespace {

constexpr std::chrono::milliseconds kGather(50);  // how long a line may wait for others

class AsyncStream final : public LogSink {
 public:
  AsyncStream(std::ostream& out, size_t max_lines)
      : out_(out), max_lines_(max_lines), thread_([this] { Run(); }) {}

  ~AsyncStream() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void Write(std::string_view line) override {
    bool first = false;
    {
      std::lock_guard lock(mutex_);
      first = lines_.empty();
      lines_.emplace_back(line);
      if (lines_.size() > max_lines_) {
        lines_.pop_front();
        ++dropped_;
      }
    }
    if (first) changed_.notify_all();
  }

  int64_t dropped() const override {
    std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return stopping_ || !lines_.empty(); });
      if (lines_.empty()) return;
      changed_.wait_for(lock, kGather, [this] { return stopping_; });
      const std::deque<std::string> lines = std::exchange(lines_, {});
      lock.unlock();
      std::string text;
      for (const std::string& line : lines) (text += line) += '\n';
      out_ << text << std::flush;
      lock.lock();
    }
  }

  std::ostream& out_;
  const size_t max_lines_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  int64_t dropped_ = 0;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace

std::unique_ptr<LogSink> AsyncSink(std::ostream& out, size_t max_lines) {
  return std::make_unique<AsyncStream>(out, max_lines);
}

}  // namespace inferwire::telemetry
