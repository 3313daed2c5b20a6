#include "simulator/fine_tune_job.h"

#include <algorithm>
#include <cmath>

#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMaxMetrics = 10;  // events of one job
constexpr const char* kAuto[] = {"n_epochs", "batch_size", "learning_rate_multiplier"};

double Rounded(double value) { return std::round(value * 10'000) / 10'000; }

// "auto" gives way to a number once the files are read.
Json Hyperparameters(const FineTuneJob& job) {
  const auto kind = job.method["type"].get<std::string>();
  Json numbers = job.method[kind].value("hyperparameters", Json::object());
  for (const char* name : kAuto) {
    numbers.emplace(name, "auto");
    if (job.state == JobState::kValidating || numbers[name] != "auto") continue;
    if (std::string_view(name) == "n_epochs") {
      numbers[name] = job.epochs;
    } else {
      numbers[name] = std::string_view(name) == "batch_size" ? Json(1) : Json(2.0);
    }
  }
  return numbers;
}

}  // namespace

std::string_view NameOf(JobState state) {
  constexpr std::string_view kNames[] = {"validating_files", "queued", "running",  "paused",
                                         "succeeded",        "failed", "cancelled"};
  return kNames[static_cast<size_t>(state)];
}

bool IsFinal(JobState state) {
  return state == JobState::kSucceeded || state == JobState::kFailed ||
         state == JobState::kCancelled;
}

std::vector<FineTuneJob::Milestone> MilestonesOf(const FineTuneJob& job, const JobScript& script) {
  using Step = FineTuneJob::Step;
  const Duration all = script.time, start = all / 5;
  std::vector<FineTuneJob::Milestone> milestones = {{all / 10, Step::kQueue, 0},
                                                    {start, Step::kStart, 0}};
  const auto when = [&](int64_t step) {
    const double share = static_cast<double>(step) / static_cast<double>(job.steps + 1);
    return start + std::chrono::duration_cast<Duration>((all - start) * share);
  };
  const int64_t every = (job.steps + kMaxMetrics - 1) / kMaxMetrics;
  for (int64_t step = every; step <= job.steps; step += every) {
    milestones.push_back({when(step), Step::kMetrics, step});
  }
  // One for each of the last three epochs, as the real API keeps them.
  for (int64_t epoch = std::max<int64_t>(1, job.epochs - 2); epoch <= job.epochs; ++epoch) {
    const int64_t step = job.steps * epoch / job.epochs;
    milestones.push_back({when(step), Step::kCheckpoint, step});
  }
  if (script.fail.empty()) {
    milestones.push_back({all, Step::kSucceed, 0});
  } else {
    milestones.push_back({start + (all - start) / 2, Step::kFail, 0});
  }
  std::stable_sort(milestones.begin(), milestones.end(),
                   [](const auto& a, const auto& b) { return a.after < b.after; });
  return milestones;
}

Json MetricsOf(const FineTuneJob& job, int64_t step) {
  const double share =
      static_cast<double>(step) / static_cast<double>(std::max<int64_t>(1, job.steps));
  const double noise = Random(Hash(job.id, static_cast<uint64_t>(step))).Unit() * 0.05;
  return {{"step", step},
          {"train_loss", Rounded(2 * std::exp(-2 * share) + noise)},
          {"train_mean_token_accuracy", Rounded(0.5 + 0.45 * share)}};
}

Json ToJson(const FineTuneJob& job) {
  Json error = Json::object();
  if (job.state == JobState::kFailed) {
    error = {{"code", job.fail}, {"message", "The job failed."}, {"param", nullptr}};
  }
  const bool done = job.state == JobState::kSucceeded;
  const auto kind = job.method["type"].get<std::string>();
  Json method = {{"type", kind}, {kind, job.method[kind]}};
  method[kind]["hyperparameters"] = Hyperparameters(job);
  return {
      {"object", "fine_tuning.job"},
      {"id", job.id},
      {"model", job.model},
      {"created_at", job.created_at},
      {"finished_at", done && job.finished_at ? Json(*job.finished_at) : Json(nullptr)},
      {"fine_tuned_model", done ? Json(job.tuned_model) : Json(nullptr)},
      {"organization_id", "org-simulator"},
      {"result_files", done ? Json::array({job.result_file}) : Json::array()},
      {"status", NameOf(job.state)},
      {"validation_file", job.validation_file.empty() ? Json(nullptr) : Json(job.validation_file)},
      {"training_file", job.training_file},
      {"hyperparameters", Hyperparameters(job)},
      {"trained_tokens", done ? Json(job.trained_tokens) : Json(nullptr)},
      {"error", std::move(error)},
      {"user_provided_suffix", job.suffix.empty() ? Json(nullptr) : Json(job.suffix)},
      {"seed", job.seed},
      {"estimated_finish", nullptr},
      {"integrations", Json::array()},
      {"metadata", job.metadata},
      {"usage_metrics", nullptr},
      {"shared_with_openai", false},
      {"eval_id", nullptr},
      {"method", std::move(method)}};
}

Json JobEvent(Random& ids, WallTime at, std::string_view level, const std::string& message,
              Json data) {
  const bool metrics = data.contains("step");
  return {{"object", "fine_tuning.job.event"},
          {"id", "ftevent-" + Letters(ids, 24)},
          {"created_at", UnixSeconds(at)},
          {"level", level},
          {"message", message},
          {"data", std::move(data)},
          {"type", metrics ? "metrics" : "message"}};
}

}  // namespace inferwire::simulator
