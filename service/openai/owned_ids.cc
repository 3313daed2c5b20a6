#include "openai/owned_ids.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "codec/json_gate.h"
#include "codec/json_text.h"
#include "openai/path_segment.h"

namespace inferwire::openai {
namespace {

// Of more than one segment; every other collection that is known is one.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kDeep = {
    {{"fine_tuning", "jobs"}, {"chat", "completions"}}};
constexpr std::array<std::string_view, 12> kCollections = {
    "files",  "batches",    "responses", "conversations", "uploads", "vector_stores",
    "videos", "assistants", "threads",   "containers",    "evals",   "skills"};

// Below /responses, without an id.
constexpr std::array<std::string_view, 2> kVerbs = {"input_tokens", "compact"};

template <class List>
bool Has(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    const size_t end = std::min(path.find('/'), path.size());
    // What cannot be read is refused elsewhere; here it is no id of anybody.
    if (end > 0) segments.push_back(DecodePathSegment(path.substr(0, end)).value_or(""));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

// The collection at this segment, and how many segments it has; empty: none.
std::pair<std::string, size_t> CollectionAt(const std::vector<std::string>& segments, size_t at) {
  if (at >= segments.size()) return {};
  if (Has(kCollections, segments[at])) return {segments[at], 1};
  for (const auto& [first, second] : kDeep) {
    if (segments[at] == first && at + 1 < segments.size() && segments[at + 1] == second) {
      return {segments[at] + "/" + segments[at + 1], 2};
    }
  }
  return {};
}

class Finder {
 public:
  explicit Finder(std::string_view upstream) : upstream_(upstream) {}

  void Walk(codec::JsonCursor& cursor, std::string_view kind) {
    switch (cursor.Peek()) {
      case '"': {
        const codec::JsonString text = cursor.ReadString();
        if (!kind.empty()) things_.push_back({upstream_, std::string(kind), text.Text()});
        return;
      }
      case '[':
        cursor.Enter();
        while (cursor.NextElement()) Walk(cursor, kind);
        return;
      case '{': {
        cursor.Enter();
        for (codec::JsonString name; cursor.NextMember(name);) {
          const std::string text = name.Text();
          refers_to_item_ = refers_to_item_ || IsItemReference(text, cursor);
          // A reference may be an object with an id.
          Walk(cursor, !kind.empty() && text == "id" ? kind : KindOfMember(text));
        }
        return;
      }
      default:
        cursor.SkipValue();
    }
  }
  std::vector<gateway::OwnedThing> Take() { return std::move(things_); }
  // An item of an answer, which is whose the answer is, and does not say of which it is.
  bool refers_to_item() const { return refers_to_item_; }

 private:
  static bool IsItemReference(std::string_view name, codec::JsonCursor value) {
    return name == "type" && value.Peek() == '"' && value.ReadString().Text() == "item_reference";
  }

  const std::string upstream_;
  std::vector<gateway::OwnedThing> things_;
  bool refers_to_item_ = false;
};

codec::JsonLimits Generous(std::string_view json) {
  codec::JsonLimits limits;
  limits.max_bytes = limits.max_string_bytes = limits.max_nodes = json.size() + 1;
  limits.max_depth = 500;
  return limits;
}

}  // namespace

std::string_view KindOfMember(std::string_view name) {
  if (name.ends_with("file_id") || name.ends_with("file_ids") || name == "training_file" ||
      name == "validation_file") {
    return "files";
  }
  if (name == "previous_response_id") return "responses";
  if (name == "conversation" || name == "conversation_id") return "conversations";
  if (name == "vector_store_id" || name == "vector_store_ids") return "vector_stores";
  if (name == "batch_id") return "batches";
  if (name == "container_id") return "containers";
  if (name == "assistant_id") return "assistants";
  return "";
}

bool MayNameThings(std::string_view text) {
  return text.find("file") != std::string_view::npos ||
         text.find("_id") != std::string_view::npos ||
         text.find("item_reference") != std::string_view::npos ||
         text.find("conversation") != std::string_view::npos ||
         text.find("\\u") != std::string_view::npos;
}

OwnedCall OwnedInPath(std::string_view method, std::string_view path, std::string_view upstream) {
  OwnedCall call;
  const std::vector<std::string> segments = Segments(path);
  // An upstream's base URL may end before the version.
  size_t at = 0;
  auto [kind, length] = CollectionAt(segments, at);
  if (kind.empty()) std::tie(kind, length) = CollectionAt(segments, ++at);
  if (kind.empty()) return call;
  const size_t id = at + length;
  if (id == segments.size()) {
    const bool completion = kind == "chat/completions";  // each would be one
    if (method == "POST" && !completion)
      call.creates = gateway::OwnedThing{std::string(upstream), kind, ""};
    call.lists = method != "POST";
    call.kind = kind;
    return call;
  }
  if (kind == "responses" && id + 1 == segments.size() && Has(kVerbs, segments[id])) return call;
  // A run with its thread.
  if (kind == "threads" && method == "POST" && id + 1 == segments.size() &&
      segments[id] == "runs") {
    call.creates = gateway::OwnedThing{std::string(upstream), kind, ""};
    call.kind = kind;
    return call;
  }
  call.uses.push_back({std::string(upstream), kind, segments[id]});
  if (method == "DELETE" && id + 1 == segments.size()) call.removes = call.uses.front();
  return call;
}

std::optional<std::vector<gateway::OwnedThing>> OwnedInValue(std::string_view json,
                                                             std::string_view kind,
                                                             std::string_view upstream) {
  if (!codec::CheckJson(json, Generous(json))) return std::nullopt;
  Finder finder(upstream);
  codec::JsonCursor cursor(json);
  finder.Walk(cursor, kind);
  std::vector<gateway::OwnedThing> things = finder.Take();
  // Nothing is kept of this kind, so it is nobody's.
  if (finder.refers_to_item()) things.push_back({std::string(upstream), "responses/items", ""});
  return things;
}

Result<std::vector<gateway::OwnedThing>> OwnedInJson(std::string_view json,
                                                     std::string_view upstream) {
  if (!MayNameThings(json)) return std::vector<gateway::OwnedThing>();
  auto things = OwnedInValue(json, "", upstream);
  if (things) return *std::move(things);
  return InvalidField("body", "is no JSON, and may name what is another caller's",
                      v1::ERROR_REASON_INVALID_JSON_FIELD);
}

Result<std::vector<gateway::OwnedThing>> FilesInChat(std::string_view json,
                                                     std::string_view upstream) {
  // By its name, or by one of which a letter is escaped.
  const bool named = json.find("file_id") != std::string_view::npos ||
                     json.find("\\u00") != std::string_view::npos;
  if (!named) return std::vector<gateway::OwnedThing>();
  return OwnedInJson(json, upstream);
}

std::string IdOfAnswer(std::string_view json) {
  if (!codec::CheckJson(json, Generous(json))) return {};
  codec::JsonCursor cursor(json);
  if (cursor.Peek() != '{') return {};
  cursor.Enter();
  std::string id, inner, object, thread;
  for (codec::JsonString name; cursor.NextMember(name);) {
    const std::string text = name.Text();
    std::string* const member = text == "id"          ? &id
                                : text == "object"    ? &object
                                : text == "thread_id" ? &thread
                                                      : nullptr;
    if (member != nullptr && cursor.Peek() == '"') {
      *member = cursor.ReadString().Text();
      continue;
    }
    const std::string_view value = cursor.SkipValue();
    if (text == "response" && value.starts_with('{')) inner = IdOfAnswer(value);
  }
  if (object == "thread.run" && !thread.empty()) return thread;
  return id.empty() ? inner : id;
}

}  // namespace inferwire::openai
