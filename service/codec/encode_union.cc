#include "codec/encoder.h"

namespace inferwire::codec {
namespace {

std::string CaseNames(const UnionPlan& one_of) {
  std::string names;
  for (int i = 0; i < one_of.oneof->field_count(); ++i) {
    names += (i == 0 ? "" : ", ") + one_of.oneof->field(i)->name();
  }
  return names;
}

}  // namespace

bool Encoder::WriteUnion(const Message& message, const MessagePlan& plan, bool outermost) {
  const UnionPlan& one_of = *plan.one_of;
  const auto& reflection = *plan.reflection;
  const auto* const set = reflection.GetOneofFieldDescriptor(message, one_of.oneof);
  if (set == nullptr) return Fail("", "one of these must be set: " + CaseNames(one_of));
  const Extra extra(message, plan);
  if (set == one_of.raw_json) {
    if (!NothingBeside(message, plan, set->name(), extra.size())) return false;
    std::string scratch;
    if (WriteRaw(reflection.GetStringReference(message, set, &scratch))) return true;
    fault_.path = set->name();
    return false;
  }
  if (one_of.bare_case != nullptr && set == one_of.bare_case->field) {
    return WriteBareCase(message, plan, extra);
  }
  for (const FieldPlan* union_case : one_of.cases) {
    if (union_case->field != set) continue;
    return WriteObject(message, plan, extra, union_case, outermost);
  }
  return Fail(set->name(), "not a case of the union");
}

bool Encoder::WriteBareCase(const Message& message, const MessagePlan& plan, const Extra& extra) {
  const FieldPlan& field = *plan.one_of->bare_case;
  const int number = plan.reflection->GetEnumValue(message, field.field);
  if (number != field.enumeration.other) {
    return NothingBeside(message, plan, TagOf(field), extra.size()) && WriteEnum(number, field);
  }
  const Extra::Entry* const text = extra.Find(TagOf(field));
  if (text == nullptr) {
    return Fail(TagOf(field), "OTHER needs the value in extra[\"" + TagOf(field) + "\"]");
  }
  if (!NothingBeside(message, plan, TagOf(field), extra.size() - 1)) return false;
  if (WriteRaw(text->second)) return true;
  fault_.path = MapPath(plan.extra->name(), text->first);
  return false;
}

// A value that is no object of ours has no place for further members.
bool Encoder::NothingBeside(const Message& message, const MessagePlan& plan,
                            const std::string& whole, size_t other_extra) {
  const auto& reflection = *plan.reflection;
  bool alone = other_extra == 0;
  for (const FieldPlan& field : plan.fields) {
    if (field.union_case) continue;
    alone = alone && !(field.repeated ? reflection.FieldSize(message, field.field) > 0
                                      : reflection.HasField(message, field.field));
  }
  return alone || Fail(whole, "is the whole value: the other fields must be unset");
}

}  // namespace inferwire::codec
