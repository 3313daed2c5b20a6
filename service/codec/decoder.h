// The walk that fills messages from checked JSON text. One Decoder per document.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/decode.h"
#include "codec/json_text.h"
#include "codec/plan.h"

namespace inferwire::codec {

class Decoder {
 public:
  using Message = google::protobuf::Message;

  // mended: halves of characters may stand as escapes of lone surrogates that are not the text's.
  Decoder(const JsonLimits& limits, PieceFields pieces, bool mended)
      : list_messages_left_(limits.max_list_messages),
        entries_left_(limits.max_entries),
        pieces_(pieces),
        mended_(mended) {}

  // Fills an empty message from the value ahead. False: the value does not fit such a message.
  bool ReadMessage(JsonCursor& cursor, Message& message, const MessagePlan& plan);

  int unknown_members() const { return unknown_members_; }
  // Not all unknown members could be kept.
  bool too_many_members() const { return too_many_members_; }

 private:
  // Entries of one message's string map that are still to be put into it.
  struct Entry {
    std::string key;
    std::string_view text;
  };
  using Entries = std::vector<Entry>;

  // Members, and unions, whose form decides the case.
  void ReadObject(JsonCursor& cursor, Message& message, const MessagePlan& plan,
                  const FieldPlan* union_case);
  static void ClearMember(Message& message, const Member& member);
  // Whether one more entry may be made.
  bool TakeEntry() { return entries_left_ > 0 && entries_left_-- > 0; }
  static void EraseLast(Entries& extra, std::string_view key);
  void ReadUnion(JsonCursor& cursor, Message& message, const MessagePlan& plan);
  bool ReadBareCase(const JsonString& text, Message& message, const MessagePlan& plan);
  static const FieldPlan* ChooseCase(JsonCursor cursor, const MessagePlan& plan);

  // Each of these: false, with the cursor anywhere, if the value ahead does not fit.
  bool ReadMember(JsonCursor& cursor, Message& message, const Member& member,
                  const FieldPlan* union_case, const JsonString& type);
  bool ReadField(JsonCursor& cursor, Message& message, const FieldPlan& field);
  std::string ReadText(JsonCursor& cursor, const FieldPlan& field) const;
  bool ReadRepeated(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool AddElement(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool ReadMap(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool ReadNumber(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool ReadEnum(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool ReadUnixSeconds(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool ReadBytes(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool ReadFloats(JsonCursor& cursor, Message& message, const FieldPlan& field);
  bool AddNumber(JsonCursor& cursor, Message& message, const FieldPlan& field);
  // Appends the entry as protobuf's wire has it.
  bool ReadMapValue(JsonCursor& cursor, const FieldPlan& field, std::string_view key,
                    std::string& entries);

  // Through the generated parser, which fills the map in place; reflection would turn the whole map
  // into a list and back.
  void MergeExtra(Message& message, const MessagePlan& plan, const Entries& extra);

  size_t list_messages_left_;  // never given back: protobuf keeps what a list is cleared of
  size_t entries_left_;        // neither
  bool too_many_members_ = false;
  const PieceFields pieces_;
  const bool mended_;
  int unknown_members_ = 0;
  std::string wire_;  // scratch of MergeExtra
};

// The enum's number for a JSON string; nothing if no value has this text.
std::optional<int> EnumNumber(const EnumPlan& plan, const JsonString& text);

}  // namespace inferwire::codec
