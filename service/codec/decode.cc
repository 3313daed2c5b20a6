#include "codec/decode.h"

#include <algorithm>
#include <utility>

#include "codec/decoder.h"
#include "codec/json_fault.h"
#include "codec/utf8.h"
#include "codec/wire_write.h"

namespace llmgate::codec {
namespace {

Error ProtocolError(std::string message) {
  Error error;
  error.code = Code::kInternal;
  error.reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
  error.origin = Origin::kUpstream;
  error.message = std::move(message);
  return error;
}

}  // namespace

Result<void> CheckBeginning(std::string_view json, const JsonLimits& limits) {
  json = WithoutByteOrderMark(json);
  const JsonFault fault = FindJsonFault(json, limits);
  constexpr size_t kLongestCharacter = 4;
  if (!fault || fault.at == json.size()) return {};  // nothing is wrong but the end
  const bool cut_character = fault.not_utf8 && json.size() - fault.at < kLongestCharacter;
  const bool can_be_mended = fault.not_utf8 && json.size() <= limits.max_mended_bytes;
  if (cut_character || can_be_mended) return {};
  return ProtocolError(Describe(fault));
}

Result<void> FromJson(std::string_view json, google::protobuf::Message& message,
                      const JsonLimits& limits, DecodeStats* stats) {
  message.Clear();
  json = WithoutByteOrderMark(json);
  JsonFault fault = FindJsonFault(json, limits);
  std::string mended;
  if (fault.not_utf8 && json.size() <= limits.max_mended_bytes) {
    mended = ReplaceInvalidUtf8(json);
    json = mended;
    fault = FindJsonFault(json, limits);
  }
  if (fault) return ProtocolError(Describe(fault));

  JsonCursor cursor(json);
  if (cursor.Peek() != '{') return ProtocolError("not a JSON object");
  Decoder decoder(limits.max_list_messages, limits.max_entries);
  decoder.ReadMessage(cursor, message, PlanFor(*message.GetDescriptor()));
  if (decoder.too_many_members()) return ProtocolError("more members than allowed");
  if (stats != nullptr) stats->unknown_members = decoder.unknown_members();
  return {};
}

bool Decoder::ReadMessage(JsonCursor& cursor, Message& message, const MessagePlan& plan) {
  if (plan.one_of) {
    ReadUnion(cursor, message, plan);
    return true;
  }
  if (cursor.Peek() != '{') return false;
  ReadObject(cursor, message, plan, nullptr);
  return true;
}

void Decoder::ReadObject(JsonCursor& cursor, Message& message, const MessagePlan& plan,
                         const FieldPlan* union_case) {
  Entries extra;
  uint64_t seen = 0, in_extra = 0;  // members
  JsonString name;
  std::string unescaped;
  cursor.Enter();
  while (cursor.NextMember(name)) {
    std::string_view text = name.raw;
    if (name.escaped) {
      unescaped = name.Text();
      text = unescaped;
    }
    const Member* const member = plan.Find(text);
    if (member != nullptr) {
      const uint64_t bit = Bit(static_cast<size_t>(member - plan.members.data()));
      if ((seen & bit) != 0) ClearMember(message, *member);
      // Looked for only if it is there: many equal names must not cost many searches.
      if ((in_extra & bit) != 0) EraseLast(extra, member->name);
      seen |= bit;
      in_extra &= ~bit;
      const JsonCursor value = cursor;
      if (ReadMember(cursor, message, *member, union_case)) continue;
      in_extra |= bit;
      cursor = value;
    }
    const std::string_view value = cursor.SkipValue();
    if (TakeEntry()) {
      extra.push_back({std::string(text), value});
    } else {
      too_many_members_ = true;
    }
  }
  MergeExtra(message, plan, extra);
}

// A name came again: its last value counts.
void Decoder::ClearMember(Message& message, const Member& member) {
  const auto& reflection = *message.GetReflection();
  for (const FieldPlan* field : member.fields) {
    reflection.ClearField(&message, field->field);
    if (field->media_type != nullptr) reflection.ClearField(&message, field->media_type);
  }
}

void Decoder::EraseLast(Entries& extra, std::string_view key) {
  const auto found = std::find_if(extra.rbegin(), extra.rend(),
                                  [&](const Entry& entry) { return entry.key == key; });
  if (found != extra.rend()) extra.erase(std::next(found).base());
}

bool Decoder::ReadMember(JsonCursor& cursor, Message& message, const Member& member,
                         const FieldPlan* union_case) {
  if (member.ignored || cursor.Peek() == 'n') {
    cursor.SkipValue();  // null is as good as absent
    return true;
  }
  if (member.constant) return cursor.SkipValue() == *member.constant;
  if (member.union_type && union_case != nullptr) {
    // The case was chosen by this text or in its absence.
    cursor.SkipValue();
    return true;
  }
  const JsonCursor value = cursor;
  for (const FieldPlan* field : member.fields) {
    if (field->union_case && (field != union_case || !HasPayload(*field))) continue;
    cursor = value;
    if (ReadField(cursor, message, *field)) return true;
  }
  return false;
}

void Decoder::MergeExtra(Message& message, const MessagePlan& plan, const Entries& extra) {
  if (extra.empty()) return;
  unknown_members_ += static_cast<int>(extra.size());
  if (plan.extra == nullptr) return;
  wire_.clear();
  for (const Entry& entry : extra) {
    AppendMapEntry(wire_, plan.extra->number(), entry.key, entry.text);
  }
  message.MergeFromString(wire_);
}

}  // namespace llmgate::codec
