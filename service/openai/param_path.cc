#include "openai/param_path.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
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
  return !text.empty() && text.size() <= 9 && std::all_of(text.begin(), text.end(), IsDigit);
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
const FieldDescriptor* FindByJsonName(const Descriptor& type, std::string_view name, bool indexed) {
  const FieldDescriptor* found = nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.name() == "extra" || field.name() == "raw_json" || JsonName(field) != name) continue;
    if (found == nullptr || (field.is_repeated() && indexed)) found = &field;
  }
  return found;
}

// maxTokens -> max_tokens
std::string SnakeCase(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !snake.empty()) snake += '_';
    snake += Lower(c);
  }
  return snake;
}

const FieldDescriptor* FindField(const Descriptor& type, std::string_view name, bool indexed) {
  const FieldDescriptor* found = FindByJsonName(type, name, indexed);
  return found != nullptr ? found : FindByJsonName(type, SnakeCase(name), indexed);
}

// Text as it may stand in a path: short, and of harmless characters.
std::string Harmless(std::string_view text, size_t max_bytes) {
  std::string harmless = Scrub(text, max_bytes);
  std::erase_if(harmless, [](char c) { return c <= 0x20 || c >= 0x7f || c == '"' || c == '\\'; });
  return harmless;
}

std::string Quoted(std::string_view name) { return "[\"" + Harmless(name, kMaxNameBytes) + "\"]"; }

void AddName(std::string_view name, std::string& path) {
  if (!path.empty()) path += '.';
  path += name;
}

// Adds one step to the path; the type below it, or null where typed fields end.
const Descriptor* Step(const Descriptor& type, std::string_view name, std::string_view& rest,
                       std::string& path) {
  std::string_view after = rest;
  const std::string_view next = TakeStep(after);
  const bool indexed = IsIndex(next);
  const FieldDescriptor* field = FindField(type, name, indexed);
  if (field == nullptr) {
    if (type.FindFieldByName("extra") != nullptr) AddName("extra" + Quoted(name), path);
    return nullptr;
  }
  AddName(field->name(), path);
  if (field->is_map()) {
    if (!next.empty()) path += Quoted(next);
    return nullptr;
  }
  if (field->is_repeated() && indexed) {
    path += '[' + std::string(next) + ']';
    rest = after;
  }
  return field->message_type();
}

bool HasNames(std::string_view param) { return !TakeStep(param).empty(); }

// Validators, and batches, say body.temperature.
std::string_view WithoutBody(std::string_view param, const Descriptor& type) {
  std::string_view rest = param;
  const bool body = TakeStep(rest) == "body" && type.FindFieldByName("body") == nullptr;
  return body ? rest : param;
}

// As far as the request's typed fields go. Nothing: the parameter is none of them. The parent
// itself is named by what has no name in it.
std::optional<std::string> Resolve(std::string_view param, const RequestFields& fields) {
  std::string path(fields.parent);
  const Descriptor* type = fields.message();
  std::string_view rest = WithoutBody(param, *type);
  const bool names_one = HasNames(rest);
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
  if (path.empty() || (names_one && path.size() == fields.parent.size())) return std::nullopt;
  return path;
}

}  // namespace

std::string FieldPath(std::string_view param, const RequestFields* fields) {
  param = param.substr(0, kMaxParamBytes);
  if (fields != nullptr) {
    for (const RequestFields::Renamed& each : fields->renamed) {
      if (each.param == param) return std::string(each.path);
    }
    if (auto path = Resolve(param, *fields)) return *std::move(path);
  }
  return Harmless(param, kMaxPathBytes);
}

}  // namespace inferwire::openai
