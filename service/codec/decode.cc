#include "codec/decode.h"

#include <algorithm>
#include <utility>

#include "codec/decoder.h"
#include "codec/json_fault.h"
#include "codec/mend.h"
#include "codec/utf8.h"
#include "codec/wire_write.h"

namespace inferwire::codec {
namespace {

Error Unreadable(v1::ErrorReason reason, std::string message) {
  Error error;
  error.code = Code::kInternal;
  error.reason = reason;
  error.origin = Origin::kUpstream;
  error.message = std::move(message);
  return error;
}

Error Unreadable(const JsonFault& fault) {
  return Unreadable(
      fault.limit ? v1::ERROR_REASON_RESPONSE_TOO_LARGE : v1::ERROR_REASON_UPSTREAM_PROTOCOL,
      Describe(fault));
}

// What is wrong with the text that no mending helps; `mended` holds the text from then on, if there
// was any. Both kinds of mending may be needed, and each hides what comes after it.
JsonFault FindAndMend(std::string_view& json, const JsonLimits& limits, bool keep_halves,
                      std::string& mended) {
  JsonFault fault = FindJsonFault(json, limits);
  for (int round = 0; round < 2 && fault && json.size() <= limits.max_mended_bytes; ++round) {
    if (fault.not_utf8) {
      mended = keep_halves ? EscapeHalves(json) : ReplaceInvalidUtf8(json);
    } else if (auto quoted = fault.limit ? std::nullopt : QuoteNonNumbers(json)) {
      mended = *std::move(quoted);
    } else {
      break;
    }
    json = mended;
    fault = FindJsonFault(json, limits);
  }
  return fault;
}

}  // namespace

Result<void> CheckBeginning(std::string_view json, const JsonLimits& limits) {
  json = WithoutByteOrderMark(json);
  std::string mended;
  const JsonFault fault = FindAndMend(json, limits, /*keep_halves=*/false, mended);
  if (!fault || fault.at == json.size()) return {};  // nothing is wrong but the end
  constexpr size_t kLongestCharacter = 4;
  const bool cut_character = fault.not_utf8 && json.size() - fault.at < kLongestCharacter;
  if (cut_character || MayBecomeNonNumber(json.substr(fault.at))) return {};
  return Unreadable(fault);
}

Result<std::string_view> MakeReadable(std::string_view json, const JsonLimits& limits,
                                      std::string& mended) {
  json = WithoutByteOrderMark(json);
  if (const JsonFault fault = FindAndMend(json, limits, /*keep_halves=*/false, mended)) {
    return Unreadable(fault);
  }
  return json;
}

Result<void> FromJson(std::string_view json, google::protobuf::Message& message,
                      const JsonLimits& limits, DecodeStats* stats, PieceFields pieces) {
  message.Clear();
  json = WithoutByteOrderMark(json);
  std::string mended;
  if (const JsonFault fault = FindAndMend(json, limits, !pieces.empty(), mended)) {
    return Unreadable(fault);
  }
  JsonCursor cursor(json);
  if (cursor.Peek() != '{') {
    return Unreadable(v1::ERROR_REASON_UPSTREAM_PROTOCOL, "not a JSON object");
  }
  Decoder decoder(limits, pieces, /*mended=*/!mended.empty() && !pieces.empty());
  decoder.ReadMessage(cursor, message, PlanFor(*message.GetDescriptor()));
  if (decoder.too_many_members()) {
    return Unreadable(v1::ERROR_REASON_RESPONSE_TOO_LARGE, "more members than allowed");
  }
  if (stats != nullptr) stats->unknown_members = decoder.unknown_members();
  return {};
}

bool Decoder::ReadMessage(JsonCursor& cursor, Message& message, const MessagePlan& plan) {
  if (plan.one_of) {
    ReadUnion(cursor, message, plan);
    return true;
  }
  if (plan.bare != nullptr) return ReadField(cursor, message, *plan.bare);
  if (cursor.Peek() != '{') return false;
  ReadObject(cursor, message, plan, nullptr);
  return true;
}

namespace {

// The text of the member "type" of the object ahead; empty if it has none.
JsonString TypeOf(JsonCursor cursor) {
  JsonString name, type;
  cursor.Enter();
  while (cursor.NextMember(name)) {
    if (name.raw == "type" && cursor.Peek() == '"') return cursor.ReadString();
    cursor.SkipValue();
  }
  return type;
}

bool Applies(const FieldPlan& field, const JsonString& type) {
  return field.when_type.empty() || std::find(field.when_type.begin(), field.when_type.end(),
                                              type.raw) != field.when_type.end();
}

}  // namespace

void Decoder::ReadObject(JsonCursor& cursor, Message& message, const MessagePlan& plan,
                         const FieldPlan* union_case) {
  Entries extra;
  uint64_t seen = 0, in_extra = 0;  // members
  JsonString name;
  std::string unescaped;
  const JsonString type = plan.looks_at_type ? TypeOf(cursor) : JsonString{};
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
      if (ReadMember(cursor, message, *member, union_case, type)) continue;
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
  if (!too_many_members_) MergeExtra(message, plan, extra);
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
                         const FieldPlan* union_case, const JsonString& type) {
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
    if (!Applies(*field, type)) continue;
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
    AppendMapEntry(wire_, plan.extra->number(), entry.key,
                   mended_ ? ReplaceLoneSurrogates(entry.text) : entry.text);
  }
  message.MergeFromString(wire_);
}

}  // namespace inferwire::codec
