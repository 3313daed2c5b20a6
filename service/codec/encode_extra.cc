#include <algorithm>

#include "codec/encoder.h"
#include "codec/json_gate.h"
#include "codec/json_write.h"

namespace inferwire::codec {

Extra::Extra(const google::protobuf::Message& message, const MessagePlan& plan) {
  if (plan.extra == nullptr) return;
  const auto& reflection = *plan.reflection;
  const int count = reflection.FieldSize(message, plan.extra);
  if (count == 0) return;
  const auto* const key = plan.extra->message_type()->map_key();
  const auto* const value = plan.extra->message_type()->map_value();
  std::string scratch;
  entries_.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    const auto& entry = reflection.GetRepeatedMessage(message, plan.extra, i);
    const auto& entries = *entry.GetReflection();
    entries_.emplace_back(entries.GetStringReference(entry, key, &scratch),
                          entries.GetStringReference(entry, value, &scratch));
  }
  std::sort(entries_.begin(), entries_.end());
}

const Extra::Entry* Extra::Find(std::string_view name) const {
  if (entries_.empty()) return nullptr;
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), name,
                       [](const Entry& e, std::string_view n) { return e.first < n; });
  return found != entries_.end() && found->first == name ? &*found : nullptr;
}

bool Encoder::WriteExtra(const Message& message, const MessagePlan& plan, const Extra& extra,
                         const FieldPlan* union_case, bool outermost) {
  for (const Extra::Entry& entry : extra) {
    const auto& [name, text] = entry;
    const auto fail = [&, name = name](std::string what, v1::ErrorReason reason) {
      return Fail(MapPath(plan.extra->name(), name), std::move(what), reason);
    };
    if (outermost && std::find(options_.reserved.begin(), options_.reserved.end(), name) !=
                         options_.reserved.end()) {
      return fail("this member is the gateway's own", v1::ERROR_REASON_INVALID_PARAMETER);
    }
    if (const auto good = CheckJson(text, options_.limits); !good) {
      return fail(good.error().message, v1::ERROR_REASON_INVALID_JSON_FIELD);
    }
    bool written = false;
    const Member* const member = plan.Find(name);
    if (member != nullptr &&
        !AgreesWithField(message, *member, entry, extra, union_case, written)) {
      return fail("differs from the field of this name", v1::ERROR_REASON_EXTRA_CONFLICT);
    }
    if (written) continue;
    if (out_->back() != '{') out_->push_back(',');
    AppendQuoted(*out_, name);
    out_->push_back(':');
    out_->append(text);
  }
  return true;
}

// False if the member was written from a field with another value than the entry has.
bool Encoder::AgreesWithField(const Message& message, const Member& member,
                              const Extra::Entry& entry, const Extra& extra,
                              const FieldPlan* union_case, bool& written) {
  std::string value;
  if (member.union_type && union_case != nullptr) {
    AppendQuoted(value, TagOf(*union_case));
  }
  for (const FieldPlan* field : member.fields) {
    const bool set = field->union_case ? field == union_case && HasPayload(*field)
                                       : IsSet(message, *field, extra, member);
    if (!set) continue;
    std::string* const out = std::exchange(out_, &value);
    WriteValue(message, *field);
    out_ = out;
  }
  written = !value.empty();
  return !written || JsonEquals(value, entry.second);
}

}  // namespace inferwire::codec
