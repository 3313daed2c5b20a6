// An output or error file on its way from the upstream to the store, line by line. On the worker's
// thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "batch/answer_line.h"
#include "batch/worker_context.h"
#include "upstream/upstream_call.h"

namespace inferwire::batch {

class Download final : private upstream::UpstreamCall::Observer {
 public:
  // Puts the results into the store; false ends the download.
  using Keep = std::function<bool(std::vector<store::NewResult>&)>;
  // on_end is called once and does not destroy the download.
  Download(const WorkerContext& work, const upstream::Upstream& upstream, const store::Shard& shard,
           const store::Job& job, const std::string& file, Keep keep, std::function<void()> on_end);

  void Start() { upstream_call_->Start(); }
  // After the end.
  const std::optional<Error>& error() const { return error_; }
  // Lines that named no item.
  const LostLines& lost() const { return lost_; }

 private:
  void OnHead(int, const http::Headers&) override {}
  bool OnBody(std::string_view bytes) override;
  void OnEnd(std::optional<Error> error) override;
  void TakeLine(std::string_view line);
  bool Flush();

  const WorkerContext& work_;
  const std::string endpoint_;
  const Keep keep_;
  const std::function<void()> on_end_;
  openai::Attempt attempt_;
  Pricing pricing_;
  gateway::CallStats stats_;
  std::string line_;  // the beginning of the one that is coming
  bool too_long_ = false;
  std::vector<store::NewResult> results_;
  size_t result_bytes_ = 0;
  LostLines lost_;
  int64_t line_number_ = 0;
  bool stopped_ = false;
  std::optional<Error> error_;
  std::unique_ptr<upstream::UpstreamCall> upstream_call_;
};

}  // namespace inferwire::batch
