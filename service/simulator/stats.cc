#include "simulator/stats.h"

#include "simulator/json.h"

namespace inferwire::simulator {

Stats StatsBoard::Snapshot() const {
  std::lock_guard lock(mutex_);
  return stats_;
}

bool StatsBoard::WaitFor(const std::function<bool(const Stats&)>& condition,
                         std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  ++waiting_;
  const bool held = changed_.wait_for(lock, limit, [&] { return condition(stats_); });
  --waiting_;
  return held;
}

void StatsBoard::Count(const std::string& model, const ModelCount& count) {
  Update([&](Stats& stats) {
    const bool fits = stats.models.size() < kMaxModelNames || stats.models.contains(model);
    ModelCount& sum = stats.models[fits ? model : "other"];
    sum.requests += count.requests;
    sum.streams += count.streams;
    sum.prompt_tokens += count.prompt_tokens;
    sum.completion_tokens += count.completion_tokens;
  });
}

std::string StatsJson(const Stats& stats, SteadyTime now) {
  Json json = {{"connections", stats.connections},
               {"requests", stats.requests},
               {"completed", stats.completed},
               {"errors", stats.errors},
               {"faults", stats.faults},
               {"files_created", stats.files_created},
               {"batches_created", stats.batches_created},
               {"batches_ended", stats.batches_ended},
               {"batch_items", stats.batch_items},
               {"open_connections", stats.open_connections},
               {"open_streams", stats.open_streams},
               {"peak_open_streams", stats.peak_open_streams},
               {"aborts", stats.aborts},
               {"aborts_before_first_byte", stats.aborts_before_first_byte},
               {"aborts_mid_answer", stats.aborts_mid_answer},
               {"seconds_since_last_abort", nullptr},
               {"bytes_in", stats.bytes_in},
               {"bytes_out", stats.bytes_out},
               {"bytes_pending", stats.bytes_pending},
               {"models", Json::object()}};
  if (stats.last_abort) {
    json["seconds_since_last_abort"] =
        std::chrono::duration<double>(now - *stats.last_abort).count();
  }
  for (const auto& [name, count] : stats.models) {
    json["models"][name] = {{"requests", count.requests},
                            {"streams", count.streams},
                            {"prompt_tokens", count.prompt_tokens},
                            {"completion_tokens", count.completion_tokens}};
  }
  return Dump(json);
}

}  // namespace inferwire::simulator
