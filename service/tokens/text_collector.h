// How the texts of a request are gathered, and what is taken for what has none: for those who read
// the requests of one endpoint each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tokens/image_size.h"
#include "tokens/input_texts.h"
#include "tokens/model_rules.h"
#include "tokens/tool_notation.h"

namespace inferwire::tokens {

inline constexpr char kAudioNote[] = "Audio is not counted.";
inline constexpr char kFileNote[] = "Files are not counted.";
inline constexpr char kExtraNote[] = "Members of extra are not counted.";
inline constexpr char kToolCallNote[] =
    "Tool calls are counted by a rule fitted to recorded usage.";

// Members of a request that are not known here; how the answer comes is no part of the prompt.
template <class Map>
bool HasMoreText(const Map& extra) {
  return extra.size() > extra.count("stream") + extra.count("stream_options");
}

class TextCollector {
 public:
  TextCollector(const Model& model, InputTexts& to) : rules_(RulesOf(model)), to_(to) {}

  const ModelRules& rules() const { return rules_; }
  void Text(std::string* text) {
    if (!text->empty()) to_.texts.push_back(std::move(*text));
  }
  void Frame(int64_t tokens) { to_.frame_tokens += tokens; }
  // margin: how many more it may be at most.
  void Assume(int64_t tokens, int64_t margin, const char* note);
  // Of what may be any number of tokens.
  void LeaveOut(const char* note);

  // One image; size: nothing if it cannot be known.
  void Image(std::string_view detail, const std::optional<ImageSize>& size);
  // All definitions of a request. instructed: a message of the system or the developer stands
  // before them. forced: the request names the tool to be called. definition_bytes: of their JSON.
  void Tools(const ToolNotation& tools, int64_t definition_bytes, bool instructed, bool forced,
             bool chat);
  void Schema(std::string_view name, std::string_view schema_json);
  // A call in the history, beside its message.
  void Call(std::string* name, std::string* arguments);

 private:
  void Note(const char* note);

  const ModelRules rules_;
  InputTexts& to_;
};

}  // namespace inferwire::tokens
