#include "codec/shadowed_extra.h"

#include <algorithm>
#include <string>

#include "codec/plan.h"

namespace inferwire::codec {
namespace {

using google::protobuf::Message;

bool IsSet(const Message& message, const FieldPlan& field) {
  const auto& reflection = *message.GetReflection();
  if (field.repeated) return reflection.FieldSize(message, field.field) > 0;
  // OTHER has its text in extra.
  if (field.kind == Kind::kEnum) {
    const int number = reflection.GetEnumValue(message, field.field);
    return number != 0 && number != field.enumeration.other;
  }
  return reflection.HasField(message, field.field);
}

bool IsShadowed(const Message& message, const MessagePlan& plan, const std::string& name) {
  const Member* const member = plan.Find(name);
  if (member == nullptr) return false;
  if (member->union_type) {
    return std::any_of(plan.one_of->cases.begin(), plan.one_of->cases.end(),
                       [&](const FieldPlan* each) { return IsSet(message, *each); });
  }
  return std::any_of(member->fields.begin(), member->fields.end(),
                     [&](const FieldPlan* field) { return IsSet(message, *field); });
}

void DropHere(Message& message, const MessagePlan& plan) {
  const auto& reflection = *message.GetReflection();
  const auto* const key = plan.extra->message_type()->map_key();
  int count = reflection.FieldSize(message, plan.extra);
  for (int i = count - 1; i >= 0; --i) {
    const Message& entry = reflection.GetRepeatedMessage(message, plan.extra, i);
    if (!IsShadowed(message, plan, entry.GetReflection()->GetString(entry, key))) continue;
    reflection.SwapElements(&message, plan.extra, i, --count);
    reflection.RemoveLast(&message, plan.extra);
  }
}

}  // namespace

void DropShadowedExtra(Message& message) {
  const MessagePlan& plan = PlanFor(*message.GetDescriptor());
  const auto& reflection = *message.GetReflection();
  if (plan.extra != nullptr) DropHere(message, plan);
  for (const FieldPlan& field : plan.fields) {
    if (field.kind != Kind::kMessage) continue;
    if (field.repeated) {
      for (int i = 0; i < reflection.FieldSize(message, field.field); ++i) {
        DropShadowedExtra(*reflection.MutableRepeatedMessage(&message, field.field, i));
      }
    } else if (reflection.HasField(message, field.field)) {
      DropShadowedExtra(*reflection.MutableMessage(&message, field.field));
    }
  }
}

}  // namespace inferwire::codec
