#include "openai/param_path.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

#include "inferwire/v1/chat.pb.h"
#include "inferwire/v1/json.pb.h"
#include "openai/error.h"

namespace inferwire::openai {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr size_t kMaxPathBytes = 110;
constexpr size_t kMaxNameBytes = 64;
constexpr size_t kMaxParamBytes = 512;
constexpr int kMaxSteps = 32;
constexpr std::string_view kJsonSuffix = "_json";

bool IsIndex(std::string_view text) {
  return !text.empty() && text.size() <= 9 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The next name or index of a.b[0].c, a.0.b, a.[0].b or a["b"]; empty at the end.
std::string_view TakeStep(std::string_view& path) {
  constexpr std::string_view kBetween = ".[]'\"$ ";
  const size_t begin = std::min(path.find_first_not_of(kBetween), path.size());
  const size_t end = std::min(path.find_first_of(kBetween, begin), path.size());
  const std::string_view step = path.substr(begin, end - begin);
  path.remove_prefix(end);
  return step;
}

std::string JsonName(const FieldDescriptor& field) {
  const std::string& given = field.options().GetExtension(v1::json).name();
  if (!given.empty()) return given;
  std::string_view name = field.name();
  if (name.ends_with(kJsonSuffix)) name.remove_suffix(kJsonSuffix.size());
  return std::string(name);
}

// Of two fields that share a name the repeated one is meant where an index follows.
const FieldDescriptor* FindField(const Descriptor& type, std::string_view name, bool indexed) {
  const FieldDescriptor* found = nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "extra" || field.name() == "raw_json" || JsonName(field) != name) continue;
    if (found == nullptr || (field.is_repeated() && indexed)) found = &field;
  }
  return found;
}

// A name as it may stand in a path: short, and of harmless characters.
std::string Quotable(std::string_view name) {
  std::string quotable = Scrub(name, kMaxNameBytes);
  std::erase_if(quotable, [](char c) { return c <= 0x20 || c >= 0x7f || c == '"' || c == '\\'; });
  return quotable;
}

// Adds one step to the path; the type below it, or null where typed fields end.
const Descriptor* Step(const Descriptor& type, std::string_view name, std::string_view& rest,
                       std::string& path) {
  std::string_view after = rest;
  const std::string_view next = TakeStep(after);
  const bool indexed = IsIndex(next);
  const FieldDescriptor* field = FindField(type, name, indexed);
  if (field == nullptr) {
    path += ".extra[\"" + Quotable(name) + "\"]";
    return nullptr;
  }
  path += '.' + field->name();
  if (field->is_map()) {
    if (!next.empty()) path += "[\"" + Quotable(next) + "\"]";
    return nullptr;
  }
  if (field->is_repeated() && indexed) {
    path += '[' + std::string(next) + ']';
    rest = after;
  }
  return field->message_type();
}

}  // namespace

std::string ProtoPath(std::string_view param) {
  std::string path = "params";
  const Descriptor* type = v1::ChatCompletionParams::descriptor();
  std::string_view rest = param.substr(0, kMaxParamBytes);
  for (int steps = 0; type != nullptr && steps < kMaxSteps; ++steps) {
    const std::string_view name = TakeStep(rest);
    if (name.empty()) break;
    const size_t length = path.size();
    type = Step(*type, name, rest, path);
    // A path that is cut at a step still names the field's parent.
    if (path.size() > kMaxPathBytes) {
      path.resize(length);
      break;
    }
  }
  return path;
}

}  // namespace inferwire::openai
