// The items of a batch that came as a file at an upstream: fetched line by line into the store,
// before its shards are planned. Begins anew after an interruption. On the worker's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/timers.h"
#include "batch/splitter.h"
#include "batch/worker_context.h"
#include "inferwire/v1/batches_service.pb.h"
#include "upstream/upstream_call.h"

namespace inferwire::batch {

class Import final : private upstream::UpstreamCall::Observer {
 public:
  Import(const WorkerContext& work, const store::Lease& lease, const store::Job& job,
         std::function<void(const Error&)> on_failure);

  void Advance();
  // The plan is in the store: shards with items, or one that has failed and says why.
  bool complete() const { return complete_; }
  std::vector<store::Shard> TakeShards() { return std::move(shards_); }
  int64_t items() const { return next_index_; }

 private:
  void Begin();
  bool OnBody(std::string_view bytes) override;
  void OnHead(int, const http::Headers&) override {}
  void OnEnd(std::optional<Error> error) override;
  void OnTimer();
  void TakeLine(std::string_view line);
  size_t MostLineBytes() const;
  Result<void> CheckModel(const std::string& model) const;
  bool Flush();
  void Complain(const Error& error, const std::string& custom_id = {});
  void Plan();
  void Retry(const Error& error);

  const WorkerContext& work_;
  const store::Lease lease_;
  const store::Job& job_;
  const std::function<void(const Error&)> on_failure_;
  Timer timer_;
  SteadyTime retry_at_{};
  int failures_ = 0;
  gateway::CallStats stats_;
  std::unique_ptr<upstream::UpstreamCall> upstream_call_;
  bool ended_ = false;
  std::optional<Error> error_;  // of the transfer

  std::optional<Splitter> splitter_;
  std::string line_;
  bool too_long_ = false;
  int64_t line_number_ = 0;
  std::vector<store::NewItem> items_;
  size_t item_bytes_ = 0;
  int64_t next_index_ = 0;
  v1::BatchShard complaints_;  // its errors
  std::vector<store::Shard> shards_;
  bool failed_ = false;  // the store did
  bool complete_ = false;
};

}  // namespace inferwire::batch
