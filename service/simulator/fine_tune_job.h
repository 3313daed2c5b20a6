// One fine-tuning job: what has become of it, and what will at which moment of its running time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/behavior.h"
#include "simulator/json.h"
#include "simulator/models.h"
#include "simulator/random.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

enum class JobState { kValidating, kQueued, kRunning, kPaused, kSucceeded, kFailed, kCancelled };

struct FineTuneJob {
  enum class Step { kQueue, kStart, kMetrics, kCheckpoint, kFail, kSucceed };
  // What happens after so much running time.
  struct Milestone {
    Duration after{};
    Step step = Step::kQueue;
    int64_t number = 0;  // of the training's step
  };

  std::string id{}, model{}, training_file{}, validation_file{}, suffix{}, fail{};
  Json method{}, metadata{};
  int64_t seed = 0, epochs = 0, steps = 0, trained_tokens = 0;
  int64_t created_at = 0;

  JobState state = JobState::kValidating;
  JobState before_pause = JobState::kRunning;
  std::optional<int64_t> finished_at{};
  std::string tuned_model{}, result_file{};
  std::vector<Json> events{}, checkpoints{};  // oldest first
  std::vector<Milestone> milestones{};        // in time's order
  size_t reached = 0;                         // of the milestones
  Duration ran{};                             // until it went on last
  WallTime going_since{};
};

std::string_view NameOf(JobState state);
bool IsFinal(JobState state);

// All that will happen, unless somebody cancels.
std::vector<FineTuneJob::Milestone> MilestonesOf(const FineTuneJob& job, const JobScript& script);
// A step of the training in numbers that get better.
Json MetricsOf(const FineTuneJob& job, int64_t step);
Json ToJson(const FineTuneJob& job);
Json JobEvent(Random& ids, WallTime at, std::string_view level, const std::string& message,
              Json data = Json::object());

}  // namespace inferwire::simulator
