// /v1/fine_tuning/jobs in virtual time, and the models that come of them. Every look at a job first
// brings it to where the clock says it is.
#pragma once

#include <memory>

#include "simulator/backend.h"
#include "simulator/fine_tune_job.h"
#include "simulator/kept.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

class FineTuning {
 public:
  explicit FineTuning(Backend& backend);
  void AddRoutes(Routes& routes);
  // Brings all of them up to the present: their models answer from then on.
  void Update();

 private:
  std::shared_ptr<FineTuneJob> Find(Call& call);
  void Advance(FineTuneJob& job);
  void Reach(FineTuneJob& job, const FineTuneJob::Milestone& milestone, WallTime at);
  void Succeed(FineTuneJob& job, WallTime at);
  void Create(Call& call);
  void List(Call& call);
  void Cancel(Call& call);
  void Pause(Call& call);
  void Resume(Call& call);
  void ListOf(Call& call, std::vector<Json> FineTuneJob::*list);
  void DeleteModel(Call& call);

  Backend& backend_;
  Random ids_;
  Kept<FineTuneJob> kept_;
  std::vector<std::shared_ptr<FineTuneJob>> going_;  // what time may still change
};

}  // namespace inferwire::simulator
