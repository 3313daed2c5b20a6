// The batches of /v1/batches. Time moves them: every look at one first brings it to where the
// virtual clock says it is, as far as the work on it is done. Work happens in small slices between
// requests. Not thread-safe: the simulator's thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "simulator/batch.h"
#include "simulator/batch_item.h"
#include "simulator/errors.h"
#include "simulator/files.h"
#include "simulator/options.h"
#include "simulator/random.h"
#include "simulator/rules.h"
#include "simulator/stats.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

class Batches {
 public:
  Batches(const Options& options, const VirtualClock& clock, Rulebook& rules, StatsBoard& stats,
          Files& files);

  // Called when there is work; somebody is to call Work until it returns false.
  void OnWork(std::function<void()> wake) { wake_ = std::move(wake); }
  bool Work();

  // The model of the input's first item, with its suffix: scripts the request that names the file.
  std::string FirstModel(const Json& request);
  std::optional<ApiError> Create(const Json& request, const BatchScript& script, std::string& body);
  std::optional<ApiError> Get(std::string_view id, std::string& body);
  std::optional<ApiError> Cancel(std::string_view id, std::string& body);
  std::optional<ApiError> List(std::string_view target, Duration lag, std::string& body);
  // Brings all of them up to the present.
  void Update();

 private:
  Batch* Find(std::string_view id);
  void Advance(Batch& batch);
  bool HasWork(const Batch& batch) const;
  void WorkOn(Batch& batch);
  void CheckSome(Batch& batch);
  void ExecuteOne(Batch& batch);
  void SkipOne(Batch& batch);
  void EndValidation(Batch& batch, WallTime at);
  void SetGoal(Batch& batch, WallTime now);
  void EndRun(Batch& batch, BatchState last, WallTime at);
  void End(Batch& batch, BatchState last, WallTime at);
  void Fail(Batch& batch, BatchFault fault);
  bool Seal(Batch& batch, const std::shared_ptr<Content>& content, const char* kind,
            std::string& id);
  std::optional<int64_t> QueueLimit(const std::string& model) const;
  int64_t Enqueued(const std::string& model) const;

  const Options& options_;
  const VirtualClock& clock_;
  Rulebook& rules_;
  StatsBoard& stats_;
  Files& files_;
  Random ids_;
  std::function<void()> wake_ = [] {};
  std::deque<std::unique_ptr<Batch>> batches_;  // oldest first
};

}  // namespace inferwire::simulator
