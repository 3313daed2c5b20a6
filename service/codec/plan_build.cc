#include "codec/plan_build.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/text.h"
#include "inferwire/v1/json.pb.h"

namespace inferwire::codec {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

constexpr std::string_view kJsonSuffix = "_json";

[[noreturn]] void Unsupported(const std::string& what) {
  std::fprintf(stderr, "inferwire: no JSON rule for %s\n", what.c_str());
  std::abort();
}

const v1::JsonField& OptionsOf(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::json);
}

std::string JsonName(const FieldDescriptor& field) {
  if (!OptionsOf(field).name().empty()) return OptionsOf(field).name();
  std::string name = field.name();
  if (name.ends_with(kJsonSuffix)) name.resize(name.size() - kJsonSuffix.size());
  return name;
}

Kind KindOfBytes(const FieldDescriptor& field) {
  switch (OptionsOf(field).encoding()) {
    case v1::JSON_ENCODING_BASE64:
      return Kind::kBase64;
    case v1::JSON_ENCODING_DATA_URL:
      return Kind::kDataUrl;
    case v1::JSON_ENCODING_NUMBER_LIST:
      return Kind::kNumberList;
    default:
      Unsupported(field.full_name());
  }
}

Kind KindOfMessage(const FieldDescriptor& field) {
  if (field.is_map()) {
    const auto value = field.message_type()->map_value()->cpp_type();
    if (value == FieldDescriptor::CPPTYPE_STRING) return Kind::kStringMap;
    if (value == FieldDescriptor::CPPTYPE_INT32) return Kind::kInt32Map;
    if (value == FieldDescriptor::CPPTYPE_BOOL) return Kind::kBoolMap;
    if (value == FieldDescriptor::CPPTYPE_DOUBLE) return Kind::kDoubleMap;
    if (value == FieldDescriptor::CPPTYPE_MESSAGE) return Kind::kMessageMap;
    Unsupported(field.full_name());
  }
  if (OptionsOf(field).encoding() != v1::JSON_ENCODING_UNIX_SECONDS) return Kind::kMessage;
  if (field.message_type()->full_name() != "google.protobuf.Timestamp") {
    Unsupported(field.full_name());
  }
  return Kind::kUnixSeconds;
}

Kind KindOf(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) return KindOfBytes(field);
      return field.name().ends_with(kJsonSuffix) ? Kind::kRawJson : Kind::kString;
    case FieldDescriptor::CPPTYPE_BOOL:
      return Kind::kBool;
    case FieldDescriptor::CPPTYPE_INT32:
      return Kind::kInt32;
    case FieldDescriptor::CPPTYPE_INT64:
      return Kind::kInt64;
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return Kind::kDouble;
    case FieldDescriptor::CPPTYPE_FLOAT:
      if (OptionsOf(field).encoding() == v1::JSON_ENCODING_FLOATS) return Kind::kFloats;
      Unsupported(field.full_name());
    case FieldDescriptor::CPPTYPE_ENUM:
      return Kind::kEnum;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return KindOfMessage(field);
    default:
      Unsupported(field.full_name());
  }
}

bool MayRepeat(Kind kind) {
  return kind == Kind::kString || kind == Kind::kRawJson || kind == Kind::kMessage ||
         kind == Kind::kInt32 || kind == Kind::kInt64 || kind == Kind::kDouble ||
         kind == Kind::kFloats || IsMap(kind);
}

// ToolChoiceMode -> TOOL_CHOICE_MODE_
std::string EnumPrefix(const EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !prefix.empty()) prefix.push_back('_');
    prefix.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return prefix + '_';
}

EnumPlan PlanEnum(const EnumDescriptor& type) {
  EnumPlan plan;
  const std::string prefix = EnumPrefix(type);
  for (int i = 0; i < type.value_count(); ++i) {
    std::string text = type.value(i)->name();
    if (!text.starts_with(prefix)) Unsupported(type.value(i)->full_name());
    text.erase(0, prefix.size());
    text = Lower(text);
    const int number = type.value(i)->number();
    if (number == 0) continue;
    if (text == "other") {
      plan.other = number;
    } else {
      plan.values.push_back({number, text});
    }
  }
  return plan;
}

const FieldDescriptor* MediaTypeOf(const Descriptor& type) {
  for (int i = 0; i < type.field_count(); ++i) {
    const auto encoding = OptionsOf(*type.field(i)).encoding();
    if (encoding == v1::JSON_ENCODING_MEDIA_TYPE) return type.field(i);
  }
  Unsupported(type.full_name());
}

class Builder {
 public:
  Builder(const Descriptor& type, const PlanOf& plan_of, MessagePlan& plan)
      : type_(type), plan_of_(plan_of), plan_(plan) {}

  void Run() {
    plan_.type = &type_;
    plan_.reflection = google::protobuf::MessageFactory::generated_factory()
                           ->GetPrototype(&type_)
                           ->GetReflection();
    FindUnion();
    AddFields();
    AddMembers();
    AddConstants();
    if (type_.options().GetExtension(v1::json_message).bare()) {
      if (plan_.fields.size() != 1 || !plan_.fields.front().repeated) {
        Unsupported(type_.full_name());
      }
      plan_.bare = &plan_.fields.front();
    }
    if (plan_.members.size() > 64) Unsupported(type_.full_name());
    FillSlots();
  }

 private:
  void FindUnion() {
    for (int i = 0; i < type_.real_oneof_decl_count(); ++i) {
      const OneofDescriptor* const oneof = type_.oneof_decl(i);
      for (int k = 0; k < oneof->field_count(); ++k) {
        if (oneof->field(k)->name() != "raw_json") continue;
        plan_.one_of.emplace();
        plan_.one_of->oneof = oneof;
        plan_.one_of->raw_json = oneof->field(k);
      }
    }
  }

  void AddFields() {
    std::vector<const FieldDescriptor*> order;
    for (int i = 0; i < type_.field_count(); ++i) order.push_back(type_.field(i));
    std::sort(order.begin(), order.end(),
              [](const auto* a, const auto* b) { return a->number() < b->number(); });
    for (const FieldDescriptor* field : order) {
      if (OptionsOf(*field).outside()) {
        continue;
      } else if (field->name() == "extra" && field->is_map()) {
        plan_.extra = field;
      } else if (OptionsOf(*field).encoding() != v1::JSON_ENCODING_MEDIA_TYPE &&
                 !(plan_.one_of && field == plan_.one_of->raw_json)) {
        plan_.fields.push_back(PlanField(*field));
      }
    }
  }

  FieldPlan PlanField(const FieldDescriptor& field) {
    FieldPlan plan;
    plan.field = &field;
    plan.reflection = plan_.reflection;
    plan.kind = KindOf(field);
    plan.repeated = field.is_repeated();
    plan.has_presence = field.has_presence();
    plan.accepts_bare_value = OptionsOf(field).accepts_bare_value();
    plan.null_when_unset = OptionsOf(field).null_when_unset();
    plan.union_case = plan_.one_of && field.real_containing_oneof() == plan_.one_of->oneof;
    if (plan.repeated && !MayRepeat(plan.kind)) Unsupported(field.full_name());
    if (plan.kind == Kind::kDataUrl) plan.media_type = MediaTypeOf(type_);
    if (plan.kind == Kind::kMessage) plan.message = plan_of_(*field.message_type());
    if (plan.kind == Kind::kMessageMap) {
      plan.message = plan_of_(*field.message_type()->map_value()->message_type());
    }
    for (const std::string& type : OptionsOf(field).when_type()) plan.when_type.push_back(type);
    if (!plan.when_type.empty()) plan_.looks_at_type = true;
    if (plan.kind == Kind::kEnum) plan.enumeration = PlanEnum(*field.enum_type());
    const bool default_counts = !plan.repeated && !plan.has_presence && plan.kind != Kind::kEnum;
    plan.matters_unset = plan.null_when_unset || plan.media_type != nullptr || default_counts;
    return plan;
  }

  // After the last field was added: members point at fields.
  void AddMembers() {
    for (FieldPlan& field : plan_.fields) {
      if (field.union_case && field.kind == Kind::kEnum) {
        plan_.one_of->bare_case = &field;
        continue;
      }
      if (field.union_case) AddCase(field);
      field.member = MemberNamed(JsonName(*field.field));
      plan_.members[field.member].fields.push_back(&field);
    }
    for (Member& member : plan_.members) {
      // What belongs to some types comes first. A string field takes any string, so it comes before
      // one that takes some.
      std::stable_sort(member.fields.begin(), member.fields.end(),
                       [](const FieldPlan* a, const FieldPlan* b) {
                         if (a->when_type.empty() != b->when_type.empty()) {
                           return !a->when_type.empty();
                         }
                         return a->kind != Kind::kDataUrl && b->kind == Kind::kDataUrl;
                       });
    }
    if (plan_.one_of) plan_.members[MemberNamed("type")].union_type = true;
  }

  void AddCase(const FieldPlan& field) {
    auto& cases = plan_.one_of->cases;
    const bool can_be_payload = field.kind == Kind::kString || field.kind == Kind::kMessage;
    if (!can_be_payload || cases.size() == kMaxUnionCases) Unsupported(field.field->full_name());
    cases.push_back(&field);
  }

  void AddConstants() {
    const v1::JsonMessage& options = type_.options().GetExtension(v1::json_message);
    for (const auto& constant : options.constants()) {
      plan_.members[MemberNamed(constant.name())].constant = constant.text();
    }
    for (const auto& name : options.ignored()) {
      plan_.members[MemberNamed(name)].ignored = true;
    }
  }

  size_t MemberNamed(const std::string& name) {
    auto& members = plan_.members;
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.name == name; });
    if (found != members.end()) return static_cast<size_t>(found - members.begin());
    members.push_back({.name = name, .key = '"' + name + "\":", .fields = {}, .constant = {}});
    return members.size() - 1;
  }

  void FillSlots() {
    plan_.slots.assign(std::bit_ceil(plan_.members.size() * 3 + 1), 0);
    const size_t mask = plan_.slots.size() - 1;
    for (size_t i = 0; i < plan_.members.size(); ++i) {
      size_t slot = HashName(plan_.members[i].name) & mask;
      while (plan_.slots[slot] != 0) slot = (slot + 1) & mask;
      plan_.slots[slot] = static_cast<uint8_t>(i + 1);
    }
  }

  const Descriptor& type_;
  const PlanOf& plan_of_;
  MessagePlan& plan_;
};

}  // namespace

void BuildPlan(const Descriptor& type, const PlanOf& plan_of, MessagePlan& plan) {
  Builder(type, plan_of, plan).Run();
}

// The length and both ends tell the names of one message apart; equal hashes only cost a
// comparison.
size_t HashName(std::string_view name) {
  uint64_t first = 0, last = 0;
  const size_t count = std::min<size_t>(name.size(), 8);
  std::memcpy(&first, name.data(), count);
  std::memcpy(&last, name.data() + name.size() - count, count);
  uint64_t hash = (first ^ (last << 1) ^ name.size()) * 0x9E3779B97F4A7C15;
  return static_cast<size_t>(hash >> 32);
}

}  // namespace inferwire::codec
