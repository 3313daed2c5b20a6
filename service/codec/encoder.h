// The walk that writes messages as JSON. One Encoder per document.
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/encode.h"
#include "codec/field_fault.h"
#include "codec/plan.h"

namespace inferwire::codec {

// The entries of one message's extra, sorted by name.
class Extra {
 public:
  using Entry = std::pair<std::string_view, std::string_view>;

  Extra(const google::protobuf::Message& message, const MessagePlan& plan);

  // Null if there is no such entry.
  const Entry* Find(std::string_view name) const;
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

class Encoder {
 public:
  using Message = google::protobuf::Message;

  Encoder(std::string& out, const EncodeOptions& options) : out_(&out), options_(options) {}

  // All that follow: false if something is wrong; fault() then says what, with its path from the
  // message that was given here.
  bool WriteMessage(const Message& message, const MessagePlan& plan, bool outermost = false);

  FieldFault& fault() { return fault_; }

 private:
  bool WriteObject(const Message& message, const MessagePlan& plan, const Extra& extra,
                   const FieldPlan* union_case, bool outermost);
  bool WriteField(const Message& message, const MessagePlan& plan, const FieldPlan& field,
                  const Extra& extra, uint64_t& written);
  bool WriteExtra(const Message& message, const MessagePlan& plan, const Extra& extra,
                  const FieldPlan* union_case, bool outermost);
  bool AgreesWithField(const Message& message, const Member& member, const Extra::Entry& entry,
                       const Extra& extra, const FieldPlan* union_case, bool& written);

  bool WriteUnion(const Message& message, const MessagePlan& plan, bool outermost);
  bool WriteBareCase(const Message& message, const MessagePlan& plan, const Extra& extra);
  bool NothingBeside(const Message& message, const MessagePlan& plan, const std::string& whole,
                     size_t other_extra);

  // The value alone, without its name.
  bool WriteValue(const Message& message, const FieldPlan& field);
  // A payload without fields of its own; it may still hold unknown ones.
  bool WriteNothing(const Message& message, const FieldPlan& field);
  bool WriteRepeated(const Message& message, const FieldPlan& field);
  bool WriteString(std::string_view text);
  bool WriteRaw(std::string_view text);
  bool WriteBytes(const Message& message, const FieldPlan& field);
  bool WriteEnum(int number, const FieldPlan& field);
  bool WriteUnixSeconds(const Message& message, const FieldPlan& field);
  bool WriteMap(const Message& message, const FieldPlan& field);
  bool WriteMapValue(const Message& entry, const FieldPlan& field);
  bool WriteElement(const Message& message, const FieldPlan& field, int index);

  // True if the field is to be written as a member.
  bool IsSet(const Message& message, const FieldPlan& field, const Extra& extra,
             const Member& member) const;
  bool AnySet(const Message& message, const Extra& extra, const Member& member) const;
  bool CheckUnset(const Message& message, const FieldPlan& field, const Extra& extra,
                  const Member& member);

  void WriteKey(const std::string& key);
  bool Fail(std::string path, std::string description,
            v1::ErrorReason reason = v1::ERROR_REASON_INVALID_PARAMETER);

  std::string* out_;
  const EncodeOptions& options_;
  FieldFault fault_;
};

}  // namespace inferwire::codec
