// How one message type is read and written, worked out once from its descriptor and the options in
// json.proto, so that a message's way costs no look-up by string and no walk over descriptors.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::codec {

struct MessagePlan;

enum class Kind : uint8_t {
  kString,
  kRawJson,  // a string that is JSON text
  kBool,
  kInt32,
  kInt64,
  kDouble,
  kFloats,  // repeated float: base64 of little-endian numbers, or a list
  kEnum,
  kMessage,
  kUnixSeconds,
  kBase64,
  kDataUrl,
  kNumberList,
  kStringMap,
  kInt32Map,
  kBoolMap,
  kDoubleMap,
  kMessageMap,
};

struct EnumPlan {
  struct Value {
    int number;
    std::string text;  // without quotes
  };
  std::vector<Value> values;  // without UNSPECIFIED and OTHER
  std::optional<int> other;
};

struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  // The message's; asking the message for it costs more than most fields.
  const google::protobuf::Reflection* reflection = nullptr;
  Kind kind = Kind::kString;
  bool repeated = false;  // maps included
  bool has_presence = false;
  bool accepts_bare_value = false;
  bool null_when_unset = false;
  bool union_case = false;
  // What is not set is to be looked at all the same: it is written, or something else depends on
  // it.
  bool matters_unset = false;
  size_t member = 0;                                              // place in MessagePlan::members
  const google::protobuf::FieldDescriptor* media_type = nullptr;  // kDataUrl
  const MessagePlan* message = nullptr;                           // kMessage, kMessageMap
  // Not empty: only where the object's "type" is one of these.
  std::vector<std::string> when_type{};
  EnumPlan enumeration;  // kEnum
};

// One JSON name and what may stand behind it.
struct Member {
  std::string name;
  std::string key;                       // quoted, with the colon
  std::vector<const FieldPlan*> fields;  // candidates, told apart by the value's JSON type
  std::optional<std::string> constant;
  bool ignored = false;
  bool union_type = false;  // the "type" of a union
};

inline constexpr size_t kMaxUnionCases = 16;

struct UnionPlan {
  const google::protobuf::OneofDescriptor* oneof = nullptr;
  const google::protobuf::FieldDescriptor* raw_json = nullptr;
  const FieldPlan* bare_case = nullptr;  // the enum case: a string instead of an object
  std::vector<const FieldPlan*> cases;   // those with a "type"
};

struct MessagePlan {
  // Null if there is none.
  const Member* Find(std::string_view name) const;

  const google::protobuf::Descriptor* type = nullptr;
  const google::protobuf::Reflection* reflection = nullptr;
  std::vector<FieldPlan> fields;  // in order of their numbers, extra and raw_json not among them
  std::vector<Member> members;    // at most 64, so that a set of them fits an integer
  std::vector<uint8_t> slots;     // hash table of members: place + 1, size a power of two
  const google::protobuf::FieldDescriptor* extra = nullptr;
  std::optional<UnionPlan> one_of;
  const FieldPlan* bare = nullptr;    // the message is written as the value of this field
  bool looks_at_type = false;         // some field has when_type
  const MessagePlan* next = nullptr;  // in the list of finished plans
};

inline bool IsMap(Kind kind) { return kind >= Kind::kStringMap; }

inline uint64_t Bit(size_t member) { return uint64_t{1} << member; }

// The JSON text of a union's tag is the name of its case.
inline const std::string& TagOf(const FieldPlan& union_case) { return union_case.field->name(); }

// A union payload without fields is not written: its type says everything.
inline bool HasPayload(const FieldPlan& union_case) {
  return union_case.kind != Kind::kMessage || union_case.message->type->field_count() != 0;
}

// Thread-safe, and cheap after the first call for a type. The type lives as long as the process, as
// generated types do. A type that json.proto's rules cannot express is a mistake in our .proto
// files and ends the process.
const MessagePlan& PlanFor(const google::protobuf::Descriptor& type);

}  // namespace inferwire::codec
