// An operation that is answered from the list of known models. Where the list has to be made
// first, that takes a piece of a turn of the loop at a time, as does what needs all of it.
#pragma once

#include <memory>
#include <optional>

#include "base/timers.h"
#include "endpoints/shared/one_answer.h"
#include "upstream/known_models_maker.h"
#include "upstream/runtime.h"

namespace inferwire::endpoints {

class KnownModelsOperation : public OneAnswer {
 public:
  KnownModelsOperation(const upstream::Runtime& runtime, const gateway::CallContext& context,
                       gateway::Operation::Observer& observer)
      : OneAnswer(context, observer),
        router_(runtime.router),
        next_turn_(runtime.timers, [this] { Turn(); }) {}

  void Start() final { Turn(); }

 protected:
  // A piece of the work on this list, always the same. True: there is more; else it has answered.
  virtual bool Work(const upstream::KnownModels& known) = 0;

  const upstream::Router& router() const { return router_; }

 private:
  static constexpr size_t kNamesInATurn = 64;

  void Turn() {
    if (!known_) known_ = router_.known_models().Find(router_);
    if (!known_) return MakeMore();
    if (Work(*known_)) next_turn_.SetBackground();
  }
  void MakeMore() {
    if (!maker_) maker_.emplace(router_);
    known_ = maker_->Step(kNamesInATurn);
    if (known_) router_.known_models().Keep(known_);
    next_turn_.SetBackground();
  }

  const upstream::Router& router_;
  Timer next_turn_;
  std::optional<upstream::KnownModelsMaker> maker_;
  std::shared_ptr<const upstream::KnownModels> known_;
};

}  // namespace inferwire::endpoints
