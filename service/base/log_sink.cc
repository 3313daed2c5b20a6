// The only place that knows spdlog: its bounded queue and its writing thread.
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ostream_sink.h>

#include "base/log.h"

namespace llmgate {
namespace {

class AsyncStream final : public LogSink {
 public:
  AsyncStream(std::ostream& out, size_t max_lines)
      : pool_(std::make_shared<spdlog::details::thread_pool>(max_lines, 1)),
        logger_(std::make_shared<spdlog::async_logger>(
            "llmgate", std::make_shared<spdlog::sinks::ostream_sink_mt>(out, /*force_flush=*/true),
            pool_, spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
  }

  void Write(std::string_view line) override {
    logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
  }

  int64_t dropped() const override { return static_cast<int64_t>(pool_->overrun_counter()); }

 private:
  // Both are shared because spdlog wants it so: a queued line holds the logger, the logger the
  // pool. The pool goes last: its destructor writes what waits.
  const std::shared_ptr<spdlog::details::thread_pool> pool_;
  const std::shared_ptr<spdlog::async_logger> logger_;
};

}  // namespace

std::unique_ptr<LogSink> AsyncSink(std::ostream& out, size_t max_lines) {
  return std::make_unique<AsyncStream>(out, max_lines);
}

}  // namespace llmgate
