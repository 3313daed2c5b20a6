#include "codec/plan.h"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>

#include "codec/plan_build.h"

namespace inferwire::codec {
namespace {

using google::protobuf::Descriptor;

// Plans are only ever added. The list of finished ones is read without a lock; it is as long as the
// number of types that are passed to FromJson and AppendJson, which is a handful.
class Plans {
 public:
  const MessagePlan& For(const Descriptor& type) {
    const MessagePlan* plan = finished_.load(std::memory_order_acquire);
    for (; plan != nullptr; plan = plan->next) {
      if (plan->type == &type) return *plan;
    }
    return Add(type);
  }

 private:
  const MessagePlan& Add(const Descriptor& type) {
    std::lock_guard lock(mutex_);
    const MessagePlan* first = finished_.load(std::memory_order_relaxed);
    for (const MessagePlan* plan = first; plan != nullptr; plan = plan->next) {
      if (plan->type == &type) return *plan;
    }
    MessagePlan& plan = Build(type);
    plan.next = first;
    finished_.store(&plan, std::memory_order_release);
    return plan;
  }

  MessagePlan& Build(const Descriptor& type) {
    auto& plan = plans_[&type];
    if (!plan) {
      plan = std::make_unique<MessagePlan>();
      BuildPlan(
          type, [this](const Descriptor& other) { return &Build(other); }, *plan);
    }
    return *plan;
  }

  std::mutex mutex_;
  std::map<const Descriptor*, std::unique_ptr<MessagePlan>> plans_;
  std::atomic<const MessagePlan*> finished_{nullptr};
};

}  // namespace

const Member* MessagePlan::Find(std::string_view name) const {
  const size_t mask = slots.size() - 1;
  for (size_t slot = HashName(name) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
    const Member& member = members[slots[slot] - 1u];
    if (member.name == name) return &member;
  }
  return nullptr;
}

const MessagePlan& PlanFor(const Descriptor& type) {
  static Plans plans;
  return plans.For(type);
}

}  // namespace inferwire::codec
