#include "batch/queue_tokens.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "codec/json_text.h"
#include "tokens/counter.h"

namespace inferwire::batch {
namespace {

constexpr int64_t kPerMessage = 4, kPerRequest = 3, kPerImage = 1000;
constexpr int64_t kBytesPerMediaToken = 16;  // of base64
constexpr size_t kStep = 1u << 20;

// Members whose text is no part of a prompt.
constexpr std::array<std::string_view, 15> kNoText = {"model",
                                                      "role",
                                                      "type",
                                                      "id",
                                                      "tool_call_id",
                                                      "user",
                                                      "detail",
                                                      "format",
                                                      "file_id",
                                                      "filename",
                                                      "mime_type",
                                                      "service_tier",
                                                      "metadata",
                                                      "encoding_format",
                                                      "completion_window"};
// Members that are read as they are written: a schema's names and types are text to the model.
constexpr std::array<std::string_view, 4> kWhole = {"tools", "functions", "response_format",
                                                    "text_format"};
constexpr std::array<std::string_view, 3> kMedia = {"data", "file_data", "b64_json"};

template <class List>
bool Has(const List& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

class Prompt {
 public:
  void Read(codec::JsonCursor& cursor, std::string_view name) {
    if (Has(kNoText, name)) {
      cursor.SkipValue();
    } else if (Has(kWhole, name)) {
      texts_.emplace_back(cursor.SkipValue());
    } else if (name == "image_url" || name == "input_image") {
      cursor.SkipValue();
      assumed_ += kPerImage;
    } else if (cursor.Peek() == '{') {
      ReadObject(cursor);
    } else if (cursor.Peek() == '[') {
      cursor.Enter();
      while (cursor.NextElement()) Read(cursor, "");
    } else if (cursor.Peek() == '"') {
      std::string text = cursor.ReadString().Text();
      if (Has(kMedia, name) || text.starts_with("data:")) {
        assumed_ += static_cast<int64_t>(text.size()) / kBytesPerMediaToken;
      } else {
        texts_.push_back(std::move(text));
      }
    } else {
      cursor.SkipValue();
    }
  }

  int64_t Count() {
    tokens::Counter counter(tokens::Vocabulary::BuiltIn(), std::move(texts_));
    while (counter.Step(kStep)) {
    }
    return kPerRequest + assumed_ + counter.tokens();
  }

 private:
  void ReadObject(codec::JsonCursor& cursor) {
    cursor.Enter();
    for (codec::JsonString member; cursor.NextMember(member);) {
      const std::string name = member.Text();
      if (name == "role") assumed_ += kPerMessage;
      Read(cursor, name);
    }
  }

  std::vector<std::string> texts_;
  int64_t assumed_ = 0;
};

}  // namespace

int64_t QueueTokens(std::string_view body) {
  Prompt prompt;
  codec::JsonCursor cursor(body);
  prompt.Read(cursor, "");
  return prompt.Count();
}

}  // namespace inferwire::batch
