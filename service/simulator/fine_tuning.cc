#include "simulator/fine_tuning.h"

#include "simulator/fine_tune_request.h"
#include "simulator/paging.h"
#include "simulator/text.h"

namespace inferwire::simulator {

using Step = FineTuneJob::Step;

namespace {

constexpr int64_t kUsualPage = 20, kUsualCheckpoints = 10, kMaxPage = 100;
constexpr int64_t kBytesOfJob = 16 << 10;  // with its events

ApiError JobNotFound(std::string_view id) {
  return NotFound("Could not find fine tune: " + std::string(id), "fine_tune_id",
                  "fine_tune_not_found");
}

ApiError WrongState(const FineTuneJob& job, const char* verb) {
  return BadRequest("Job " + job.id + " cannot be " + verb + " because its status is '" +
                        std::string(NameOf(job.state)) + "'.",
                    {}, "invalid_job_state");
}

}  // namespace

FineTuning::FineTuning(Backend& backend)
    : backend_(backend),
      ids_(Hash("fine tuning", backend.options.seed)),
      kept_(backend.options.max_kept, backend.options.max_kept_bytes) {}

void FineTuning::AddRoutes(Routes& routes) {
  using enum BodyKind;
  const auto add = [&](std::string_view method, std::string_view path, BodyKind body,
                       std::function<void(Call&)> serve) {
    routes.Add({method, path, body, std::move(serve)});
  };
  add("POST", "/v1/fine_tuning/jobs", kObject, [this](Call& call) { Create(call); });
  add("GET", "/v1/fine_tuning/jobs", kNone, [this](Call& call) { List(call); });
  add("GET", "/v1/fine_tuning/jobs/*", kNone, [this](Call& call) {
    if (const auto job = Find(call)) call.Give(ToJson(*job));
  });
  add("POST", "/v1/fine_tuning/jobs/*/cancel", kNone, [this](Call& call) { Cancel(call); });
  add("POST", "/v1/fine_tuning/jobs/*/pause", kNone, [this](Call& call) { Pause(call); });
  add("POST", "/v1/fine_tuning/jobs/*/resume", kNone, [this](Call& call) { Resume(call); });
  add("GET", "/v1/fine_tuning/jobs/*/events", kNone,
      [this](Call& call) { ListOf(call, &FineTuneJob::events); });
  add("GET", "/v1/fine_tuning/jobs/*/checkpoints", kNone,
      [this](Call& call) { ListOf(call, &FineTuneJob::checkpoints); });
  add("DELETE", "/v1/models/*", kNone, [this](Call& call) { DeleteModel(call); });
}

void FineTuning::Update() {
  for (const auto& job : going_) Advance(*job);
  std::erase_if(going_, [](const auto& job) { return IsFinal(job->state); });
}

std::shared_ptr<FineTuneJob> FineTuning::Find(Call& call) {
  auto job = kept_.Find(call.id());
  if (job == nullptr) {
    call.Fail(JobNotFound(call.id()));
  } else {
    Advance(*job);
  }
  return job;
}

void FineTuning::Advance(FineTuneJob& job) {
  if (job.state == JobState::kPaused) return;
  while (!IsFinal(job.state) && job.reached < job.milestones.size()) {
    const FineTuneJob::Milestone& next = job.milestones[job.reached];
    const WallTime at =
        job.going_since + std::chrono::duration_cast<WallTime::duration>(next.after - job.ran);
    if (at > backend_.clock.Now()) return;
    ++job.reached;
    Reach(job, next, at);
  }
}

void FineTuning::Reach(FineTuneJob& job, const FineTuneJob::Milestone& milestone, WallTime at) {
  const auto tell = [&](const std::string& message, const char* level = "info") {
    job.events.push_back(JobEvent(ids_, at, level, message));
  };
  const std::string number = std::to_string(milestone.number);
  switch (milestone.step) {
    case Step::kQueue:
      job.state = JobState::kQueued;
      return tell("Files validated, moving job to queued state");
    case Step::kStart:
      job.state = JobState::kRunning;
      return tell("Fine-tuning job started");
    case Step::kMetrics: {
      Json metrics = MetricsOf(job, milestone.number);
      metrics["total_steps"] = job.steps;
      const std::string message = "Step " + number + "/" + std::to_string(job.steps) +
                                  ": training loss=" + Dump(metrics["train_loss"]);
      job.events.push_back(JobEvent(ids_, at, "info", message, std::move(metrics)));
      return;
    }
    case Step::kCheckpoint:
      job.checkpoints.push_back(
          {{"object", "fine_tuning.job.checkpoint"},
           {"id", "ftckpt_" + Letters(ids_, 24)},
           {"created_at", UnixSeconds(at)},
           {"fine_tuned_model_checkpoint", job.tuned_model + ":ckpt-step-" + number},
           {"fine_tuning_job_id", job.id},
           {"metrics", MetricsOf(job, milestone.number)},
           {"step_number", milestone.number}});
      return tell("Checkpoint created at step " + number);
    case Step::kFail:
      job.state = JobState::kFailed;
      job.finished_at = UnixSeconds(at);
      return tell("The job failed: " + job.fail, "error");
    case Step::kSucceed:
      return Succeed(job, at);
  }
}

void FineTuning::Succeed(FineTuneJob& job, WallTime at) {
  job.state = JobState::kSucceeded;
  job.finished_at = UnixSeconds(at);
  if (const Model* base = FindModel(job.model)) {
    backend_.tuned.Add(job.tuned_model, *base, *job.finished_at);
  }
  const auto content = backend_.files.NewContent();
  std::string table = "step,train_loss,train_accuracy\n";
  for (const Json& event : job.events) {
    if (event["type"] != "metrics") continue;
    const Json& data = event["data"];
    table += Dump(data["step"]) + "," + Dump(data["train_loss"]) + "," +
             Dump(data["train_mean_token_accuracy"]) + "\n";
  }
  (void)content->Append(table);
  // Without room for it there is none.
  (void)backend_.files.Add(
      {.filename = "step_metrics.csv", .purpose = "fine-tune-results", .content = content},
      job.result_file);
  job.events.push_back(
      JobEvent(ids_, at, "info", "New fine-tuned model created: " + job.tuned_model));
  job.events.push_back(JobEvent(ids_, at, "info", "The job has successfully completed"));
}

void FineTuning::Create(Call& call) {
  auto job = std::make_shared<FineTuneJob>();
  const JobScript& script = call.answer.behavior.job;
  if (auto error = ReadFineTune(call.body, backend_, *job)) return call.Fail(std::move(*error));
  const WallTime now = backend_.clock.Now();
  job->id = "ftjob-" + Letters(ids_, 24);
  job->tuned_model = "ft:" + job->model + ":org-simulator:" + job->suffix + ":" + Letters(ids_, 8);
  job->fail = script.fail;
  job->created_at = UnixSeconds(now);
  job->going_since = now;
  job->milestones = MilestonesOf(*job, script);
  job->events.push_back(JobEvent(ids_, now, "info", "Created fine-tuning job: " + job->id));
  job->events.push_back(
      JobEvent(ids_, now, "info", "Validating training file: " + job->training_file));
  kept_.Add(job, kBytesOfJob);
  going_.push_back(job);
  call.Give(ToJson(*job));
}

void FineTuning::List(Call& call) {
  Update();
  Page page{.with_ids = false};
  const std::string_view target = call.request.path;
  if (auto error = ReadPage(target, kUsualPage, kMaxPage, page))
    return call.Fail(std::move(*error));
  const Json wanted = QueryMetadata(target);
  const int64_t newest =
      UnixSeconds(backend_.clock.Now() -
                  std::chrono::duration_cast<WallTime::duration>(call.answer.behavior.list_lag));
  call.answer.body = ListBody(
      kept_.items(), page,
      [&](const FineTuneJob& job) {
        return job.created_at <= newest && MatchesMetadata(job.metadata, wanted);
      },
      [](const FineTuneJob& job) { return ToJson(job); });
  call.Settle(std::nullopt);
}

void FineTuning::Cancel(Call& call) {
  const auto job = Find(call);
  if (!job) return;
  if (IsFinal(job->state)) return call.Fail(WrongState(*job, "cancelled"));
  job->state = JobState::kCancelled;
  job->events.push_back(JobEvent(ids_, backend_.clock.Now(), "warn",
                                 "The job was stopped due to a cancellation request", nullptr));
  call.Give(ToJson(*job));
}

void FineTuning::Pause(Call& call) {
  const auto job = Find(call);
  if (!job) return;
  if (job->state != JobState::kRunning && job->state != JobState::kQueued) {
    return call.Fail(WrongState(*job, "paused"));
  }
  const WallTime now = backend_.clock.Now();
  job->before_pause = job->state;
  job->state = JobState::kPaused;
  job->ran += std::chrono::duration_cast<Duration>(now - job->going_since);
  job->events.push_back(JobEvent(ids_, now, "info", "The job was paused"));
  call.Give(ToJson(*job));
}

void FineTuning::Resume(Call& call) {
  const auto job = Find(call);
  if (!job) return;
  if (job->state != JobState::kPaused) return call.Fail(WrongState(*job, "resumed"));
  job->state = job->before_pause;
  job->going_since = backend_.clock.Now();
  job->events.push_back(JobEvent(ids_, job->going_since, "info", "The job was resumed"));
  call.Give(ToJson(*job));
}

void FineTuning::ListOf(Call& call, std::vector<Json> FineTuneJob::*list) {
  const auto job = Find(call);
  if (!job) return;
  const bool events = list == &FineTuneJob::events;
  Page page{.with_ids = !events};
  const int64_t usual = events ? kUsualPage : kUsualCheckpoints;
  if (auto error = ReadPage(call.request.path, usual, kMaxPage, page)) {
    return call.Fail(std::move(*error));
  }
  call.answer.body = JsonListBody((*job).*list, page);
  call.Settle(std::nullopt);
}

void FineTuning::DeleteModel(Call& call) {
  const std::string id = PercentDecoded(call.id());
  Update();
  if (!backend_.tuned.Remove(id)) {
    ApiError error = NotFound("The model '" + id + "' does not exist", "model", "model_not_found");
    if (FindModel(id) != nullptr) {
      error = BadRequest("You have insufficient permissions for this operation.", {}, {});
      error.status = 403;
    }
    return call.Fail(std::move(error));
  }
  call.Give({{"id", id}, {"object", "model"}, {"deleted", true}});
}

}  // namespace inferwire::simulator
