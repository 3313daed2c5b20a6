// How the texts of a request are gathered, and what is taken for what has none: for those who read
// the requests of one endpoint each.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "tokens/input_texts.h"

namespace inferwire::tokens {

// A picture of common size; what it takes in truth depends on its size and the detail asked for.
inline constexpr int64_t kPerImage = 1000;
// Definitions of tools reach the model in another notation than JSON.
inline constexpr int64_t kPerTool = 8;

inline constexpr char kImageNote[] = "Each image is taken for 1,000 tokens.";
inline constexpr char kAudioNote[] = "Audio is not counted.";
inline constexpr char kFileNote[] = "Files are not counted.";
inline constexpr char kExtraNote[] = "Members of extra are not counted.";
inline constexpr char kToolNote[] = "Definitions of tools are counted by their JSON.";
inline constexpr char kToolCallNote[] = "Tool calls are counted by their texts.";
inline constexpr char kSchemaNote[] = "The schema of the answer is counted by its JSON.";

class TextCollector {
 public:
  explicit TextCollector(InputTexts& to) : to_(to) {}

  void Text(std::string* text) {
    if (!text->empty()) to_.texts.push_back(std::move(*text));
  }
  void Frame(int64_t tokens) { to_.frame_tokens += tokens; }
  void Assume(int64_t tokens, const char* note) {
    to_.assumed_tokens += tokens;
    for (const std::string& said : to_.notes) {
      if (said == note) return;
    }
    to_.notes.emplace_back(note);
  }

 private:
  InputTexts& to_;
};

}  // namespace inferwire::tokens
