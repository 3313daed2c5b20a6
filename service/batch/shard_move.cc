// A shard's way to another key or target, as long as no upstream has accepted its batch. Its items
// are measured in the words of the new target, a few at a time; until then the store has it where
// it was.
#include <algorithm>
#include <utility>

#include "batch/line.h"
#include "batch/shard_run.h"

namespace inferwire::batch {
namespace {

constexpr int kItems = 500;
constexpr size_t kBytes = 1u << 20;

}  // namespace

bool ShardRun::GoElsewhere(const Error& error, bool surely) {
  switch (target_.After(error, reached_, surely)) {
    case ShardTarget::Where::kHere:
      return false;
    case ShardTarget::Where::kNextTarget:
      if (GoToNextTarget(ReasonName(error.reason))) return true;
      failures_ = std::max(failures_, rounds_++);  // the next round comes later than this one
      return false;
    case ShardTarget::Where::kOtherKey:
      break;
  }
  LeaveFor(*upstream(), shard_.model, shard_.bytes, ReasonName(error.reason));
  return true;
}

bool ShardRun::GoToNextTarget(std::string_view why) {
  const auto next = target_.Next();
  if (!next) return false;
  work_.metrics.StepFailed(shard_.upstream);
  moving_ = std::make_unique<Moving>(Moving{next->upstream, next->model, std::string(why)});
  timer_.Set(work_.Now());
  return true;
}

void ShardRun::MeasureSome() {
  Moving& moving = *moving_;
  auto items = work_.jobs.Items(owner_.lease().job, shard_.index, moving.next_item, kItems, kBytes);
  if (!items) return owner_.GiveUp(items.error());
  if (items->empty()) {
    const auto moved = std::move(moving_);
    return LeaveFor(*moved->to, moved->model, moved->bytes, moved->why);
  }
  const openai::Dialect& dialect = *moving.to->options().dialect;
  for (const store::Item& item : *items) {
    moving.bytes += static_cast<int64_t>(LineBytes(item.custom_id, owner_.job().endpoint,
                                                   ForTarget(item.body, moving.model, dialect)));
  }
  moving.next_item = items->back().index + 1;
  timer_.Set(work_.Now());
}

void ShardRun::LeaveFor(const upstream::Upstream& to, const std::string& model, int64_t bytes,
                        std::string_view why) {
  store::Shard moved = shard_;
  moved.upstream = to.name();
  moved.model = model;
  moved.local = !work_.options.FactsOf(to.name()).native;
  moved.bytes = bytes;
  moved.state = store::ShardState::kQueued;
  moved.key.clear();
  moved.input_file.clear();
  moved.post_began = false;
  ++moved.posts;  // its files and batches there have names of their own
  if (auto saved = work_.jobs.Move(owner_.lease(), shard_, moved, work_.WallNow()); !saved) {
    return owner_.GiveUp(saved.error());
  }
  work_.log.Event(telemetry::LogLevel::kWarning, "batch_shard_moved",
                  {{"batch", owner_.job().id},
                   {"shard", int64_t{shard_.index}},
                   {"from", shard_.upstream},
                   {"to", moved.upstream},
                   {"reason", std::string(why)}});
  work_.metrics.Moved(shard_.upstream);
  shard_ = std::move(moved);
  moves_after_look_ = false;
  queue_retry_at_ = {};
  ++work_.room_made;
  timer_.Set(work_.Now());
}

}  // namespace inferwire::batch
