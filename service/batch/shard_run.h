// One shard of a job in work: its states one after the other, each in the store before the next
// begins. Whatever ends the process in between, a new run goes on from what the store says. On the
// worker's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "batch/download.h"
#include "batch/fail_remaining.h"
#include "batch/local_run.h"
#include "batch/shard_target.h"
#include "batch/small_call.h"
#include "batch/upload.h"
#include "batch/upstream_batch.h"
#include "batch/worker_context.h"

namespace inferwire::batch {

class ShardRun {
 public:
  // The job's side.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual const store::Job& job() const = 0;
    virtual const store::Lease& lease() const = 0;
    // Writes the shard and what follows from it for the job. False: the owner has given up, and
    // nothing more is done.
    virtual bool Save(const store::Shard& shard) = 0;
    // The store failed: the run ends, later, as if the process had.
    virtual void GiveUp(const Error& error) = 0;
  };

  ShardRun(const WorkerContext& work, Owner& owner, store::Shard& shard);
  ~ShardRun();
  ShardRun(const ShardRun&) = delete;
  ShardRun& operator=(const ShardRun&) = delete;

  // Does what can be done now. May be called at any time.
  void Advance();

 private:
  using Handler = void (ShardRun::*)(Result<std::string>& answer);

  bool busy() const { return call_ || upload_ || download_; }
  bool unwanted() const;  // cancelled, or its time has passed
  void OnTimer();
  void Call(std::string method, std::string path, std::string body, Handler handler,
            bool repeatable);
  // The step failed and is tried again after a while.
  void Later(const Error& error);
  void Wait(Duration delay);
  bool Save();

  bool IsTakenElsewhere();
  bool GiveKey();

  void AdvanceQueued();
  void AdvancePrepared();
  void AdvanceUploaded();
  void AdvanceInProgress();
  void AdvanceFinalizing();

  // True: it is on its way there, or the store has failed.
  bool GoElsewhere(const Error& error, bool surely);
  bool GoToNextTarget(std::string_view why);
  void MeasureSome();
  void LeaveFor(const upstream::Upstream& to, const std::string& model, int64_t bytes,
                std::string_view why);

  void LookForFile(const std::string& after);
  void OnFiles(Result<std::string>& answer);
  void StartUpload();
  void OnUploaded();

  void Post();
  void OnPosted(Result<std::string>& answer);
  void LookForBatch(const std::string& after);
  void OnBatches(Result<std::string>& answer);
  void EndLook();
  void OnSpareCancelled(Result<std::string>& answer);

  void Poll();
  void OnPolled(Result<std::string>& answer);
  void OnCancelled(Result<std::string>& answer);
  bool TakeCounts(const UpstreamBatch& batch);
  void UpstreamEnded(const UpstreamBatch& batch);

  void StartDownload();
  void OnDownloaded();
  bool Keep(std::vector<store::NewResult>& results);

  void End(store::ShardState last, store::ItemOutcome outcome, const Error& error);
  void EndUnwanted();
  void OnItemsEnded();
  void Refused(const Error& error);
  void AddError(const BatchError& error);

  std::string FileName() const;
  std::string PostBody() const;
  const upstream::Upstream* upstream() const;
  openai::Attempt attempt() const;

  const WorkerContext& work_;
  Owner& owner_;
  store::Shard& shard_;
  Timer timer_;
  SteadyTime retry_at_{}, queue_retry_at_{};
  int failures_ = 0;

  // The target that it is on its way to.
  struct Moving {
    const upstream::Upstream* to;
    std::string model;
    std::string why;
    int64_t next_item = 0, bytes = 0;
  };
  ShardTarget target_;
  std::unique_ptr<Moving> moving_;
  Reached reached_;                // of the last request
  int rounds_ = 0;                 // in which every target refused it
  bool moves_after_look_ = false;  // if the upstream's list does not show the batch

  std::unique_ptr<SmallCall> call_;
  Handler handler_ = nullptr;
  std::unique_ptr<Upload> upload_;
  std::unique_ptr<Download> download_;
  LostLines lost_;  // of the files that were fetched
  bool step_ended_ = false;
  bool has_place_ = false;
  std::unique_ptr<FailRemaining> ending_;
  store::ShardState last_ = store::ShardState::kDone;  // once the ending is over
  std::unique_ptr<LocalRun> local_;

  uint64_t room_seen_ = 0;  // WorkerContext::room_made when there was none for us
  bool fresh_ = false;      // nothing was tried yet since this run admitted it
  int looks_ = 0;           // at upstream's list that did not show our batch
  std::vector<UpstreamBatch> found_;
  std::string spare_;
  bool cancel_sent_ = false;
  Duration poll_delay_{};
  bool saw_end_ = false;  // of upstream's batch, with its errors
  int next_file_ = 0;     // 0: output, 1: errors
  std::vector<BatchError> line_errors_;
};

}  // namespace inferwire::batch
