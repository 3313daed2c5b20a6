// The input file of one shard on its way from the store to the upstream, a few items at a time. On
// the worker's thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/timers.h"
#include "batch/worker_context.h"
#include "openai/form_source.h"
#include "upstream/upstream_call.h"

namespace inferwire::batch {

class Upload final : private upstream::UpstreamCall::Observer {
 public:
  // on_end is called once and does not destroy the upload.
  Upload(const WorkerContext& work, const upstream::Upstream& upstream, int64_t job,
         const store::Shard& shard, std::string endpoint, const std::string& file_name,
         std::function<void()> on_end);

  void Start();
  // After the end: the answer's body.
  Result<std::string>& answer() { return answer_; }
  const gateway::CallStats& stats() const { return stats_; }
  // The store could not give an item; then the answer says so too.
  bool store_failed() const { return store_failed_; }

 private:
  void Fill();
  void End(Result<std::string> answer);

  void OnHead(int, const http::Headers&) override { body_.clear(); }
  bool OnBody(std::string_view bytes) override;
  void OnEnd(std::optional<Error> error) override;

  const WorkerContext& work_;
  const int64_t job_;
  const int32_t shard_;
  const std::string endpoint_;
  const std::string model_;  // of a route's target, by which the items are put; empty: as they are
  const openai::Dialect& dialect_;
  const std::function<void()> on_end_;
  gateway::CallStats stats_;
  std::shared_ptr<openai::FormSource> form_;  // the transfer's, too
  Timer fill_timer_;
  int64_t next_item_ = 0;
  std::string body_;
  Result<std::string> answer_{std::string()};
  bool store_failed_ = false;
  std::unique_ptr<upstream::UpstreamCall> upstream_call_;
};

}  // namespace inferwire::batch
