#include "codec/encode.h"

#include <utility>
#include <vector>

#include "codec/encoder.h"

namespace inferwire::codec {

Result<void> AppendJson(const google::protobuf::Message& message, std::string& out,
                        const EncodeOptions& options) {
  Encoder encoder(out, options);
  const MessagePlan& plan = PlanFor(*message.GetDescriptor());
  if (!encoder.WriteMessage(message, plan, /*outermost=*/true)) return encoder.fault().ToError();
  return {};
}

bool Encoder::Fail(std::string path, std::string description, v1::ErrorReason reason) {
  fault_ = {std::move(path), std::move(description), reason};
  return false;
}

// Every key follows a comma, except right after the bracket.
void Encoder::WriteKey(const std::string& key) {
  if (out_->back() != '{') out_->push_back(',');
  out_->append(key);
}

bool Encoder::WriteMessage(const Message& message, const MessagePlan& plan, bool outermost) {
  if (options_.refuse_unknown_fields && HasUnknownFields(message, fault_)) return false;
  if (plan.one_of) return WriteUnion(message, plan, outermost);
  if (plan.bare != nullptr) return WriteValue(message, *plan.bare);
  return WriteObject(message, plan, Extra(message, plan), nullptr, outermost);
}

bool Encoder::WriteObject(const Message& message, const MessagePlan& plan, const Extra& extra,
                          const FieldPlan* union_case, bool outermost) {
  out_->push_back('{');
  for (const Member& member : plan.members) {
    if (!member.constant || extra.Has(member.name)) continue;
    WriteKey(member.key);
    out_->append(*member.constant);
  }
  uint64_t written = 0;
  // Asking for all set fields at once is cheaper than asking for each, if there are many.
  constexpr size_t kManyFields = 16;
  std::vector<const google::protobuf::FieldDescriptor*> set;
  const bool listed = plan.fields.size() >= kManyFields;
  if (listed) plan.reflection->ListFields(message, &set);
  auto next = set.begin();
  for (const FieldPlan& field : plan.fields) {
    while (next != set.end() && (*next)->number() < field.field->number()) ++next;
    const bool is_set = next != set.end() && *next == field.field;
    if (listed && !is_set && !field.matters_unset && !field.union_case) continue;
    if (outermost && field.field == options_.leave_out) continue;
    if (!field.union_case) {
      if (!WriteField(message, plan, field, extra, written)) return false;
    } else if (&field == union_case) {
      WriteKey("\"type\":\"" + TagOf(field) + '"');
      if (!HasPayload(field)) {
        if (!WriteNothing(message, field)) return false;
        continue;
      }
      WriteKey(plan.members[field.member].key);
      if (!WriteValue(message, field)) return false;
    }
  }
  if (!WriteExtra(message, plan, extra, union_case, outermost)) return false;
  if (outermost && !options_.more_members.empty()) {
    if (out_->back() != '{') out_->push_back(',');
    out_->append(options_.more_members);
  }
  out_->push_back('}');
  return true;
}

bool Encoder::WriteField(const Message& message, const MessagePlan& plan, const FieldPlan& field,
                         const Extra& extra, uint64_t& written) {
  const Member& member = plan.members[field.member];
  if (!IsSet(message, field, extra, member)) {
    if (field.null_when_unset && !AnySet(message, extra, member) && !extra.Has(member.name)) {
      WriteKey(member.key);
      out_->append("null");
    }
    return CheckUnset(message, field, extra, member);
  }
  if ((written & Bit(field.member)) != 0) {
    return Fail(field.field->name(),
                "another field for the same member, " + member.name + ", is set too");
  }
  written |= Bit(field.member);
  WriteKey(member.key);
  return WriteValue(message, field);
}

bool Encoder::IsSet(const Message& message, const FieldPlan& field, const Extra& extra,
                    const Member& member) const {
  const auto& reflection = *field.reflection;
  if (field.repeated) return reflection.FieldSize(message, field.field) > 0;
  if (field.kind == Kind::kEnum) {
    const int number = reflection.GetEnumValue(message, field.field);
    return number != 0 && number != field.enumeration.other;
  }
  // Without presence the default is a value like any other, unless extra knows better.
  if (reflection.HasField(message, field.field)) return true;
  return !field.has_presence && field.kind != Kind::kDataUrl && !extra.Has(member.name);
}

bool Encoder::AnySet(const Message& message, const Extra& extra, const Member& member) const {
  for (const FieldPlan* field : member.fields) {
    if (IsSet(message, *field, extra, member)) return true;
  }
  return false;
}

namespace {

// Several fields may share one media type; at most one of them is set.
bool AnyDataUrl(const google::protobuf::Message& message) {
  const MessagePlan& plan = PlanFor(*message.GetDescriptor());
  for (const FieldPlan& field : plan.fields) {
    if (field.kind == Kind::kDataUrl && field.reflection->HasField(message, field.field)) {
      return true;
    }
  }
  return false;
}

}  // namespace

// What must not be left out silently although the field is not written.
bool Encoder::CheckUnset(const Message& message, const FieldPlan& field, const Extra& extra,
                         const Member& member) {
  const auto& reflection = *field.reflection;
  if (field.kind == Kind::kEnum && !extra.Has(member.name) &&
      reflection.GetEnumValue(message, field.field) != 0) {
    return Fail(field.field->name(), "OTHER needs the value in extra[\"" + member.name + "\"]");
  }
  if (field.media_type != nullptr && reflection.HasField(message, field.media_type) &&
      !AnyDataUrl(message)) {
    return Fail(field.media_type->name(), "set without " + field.field->name());
  }
  return true;
}

}  // namespace inferwire::codec
