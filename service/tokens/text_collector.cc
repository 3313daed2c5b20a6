#include "tokens/text_collector.h"

#include <algorithm>

#include "tokens/image_tokens.h"

namespace inferwire::tokens {
namespace {

// A picture by a rule that is not known.
constexpr int64_t kPerImage = 1000;
// Around definitions and schemas recorded usage has up to 225 tokens more than the rule says.
constexpr int64_t kMostAround = 256;
constexpr int64_t kMostPerCall = 16;

constexpr char kSizedNote[] = "Images are counted by their size and detail.";
constexpr char kUnsizedNote[] =
    "An image whose size is not known is taken for one of 1,024 x 1,024 pixels.";
constexpr char kImageNote[] =
    "Each image is taken for 1,000 tokens: the model's rule is not known.";
constexpr char kToolNote[] =
    "Definitions of tools are counted in the provider's notation, by a rule fitted to recorded "
    "usage.";
constexpr char kSchemaNote[] =
    "The schema of the answer is counted by a rule fitted to recorded usage.";

int64_t Size(std::string_view text) { return static_cast<int64_t>(text.size()); }

}  // namespace

void TextCollector::Assume(int64_t tokens, int64_t margin, const char* note) {
  to_.assumed_tokens += tokens;
  if (to_.margin_tokens) *to_.margin_tokens += margin;
  Note(note);
}

void TextCollector::LeaveOut(const char* note) {
  to_.margin_tokens.reset();
  Note(note);
}

void TextCollector::Note(const char* note) {
  if (std::find(to_.notes.begin(), to_.notes.end(), note) == to_.notes.end()) {
    to_.notes.emplace_back(note);
  }
}

void TextCollector::Image(std::string_view detail, const std::optional<ImageSize>& size) {
  if (!rules_.images) {
    to_.assumed_tokens += kPerImage;
    return LeaveOut(kImageNote);
  }
  const ImageTokens image = CountImage(*rules_.images, detail, size);
  const char* const note = size ? kSizedNote : kUnsizedNote;
  Assume(image.expected, image.most.value_or(image.expected) - image.expected, note);
  if (!image.most) LeaveOut(note);
}

// Whatever the notation is, a token of it has a byte of the definition, but for what stands around.
void TextCollector::Tools(const ToolNotation& tools, int64_t definition_bytes, bool instructed,
                          bool forced, bool chat) {
  if (tools.empty()) return;
  const ToolFrame& frame = rules_.tools;
  int64_t around = instructed ? frame.instructed : frame.alone;
  if (chat) around += frame.chat;
  if (forced) around += frame.forced;
  Assume(around + tools.unseen_tokens(), definition_bytes + kMostAround, kToolNote);
  std::string text = tools.Text();
  Text(&text);
}

void TextCollector::Schema(std::string_view name, std::string_view schema_json) {
  Assume(0, Size(name) + Size(schema_json) + kMostAround, kSchemaNote);
  std::string text = SchemaNotation(name, schema_json, /*whole=*/!rules_.reasoning);
  Text(&text);
}

void TextCollector::Call(std::string* name, std::string* arguments) {
  Assume(rules_.tools.call, kMostPerCall + Size(*name), kToolCallNote);
  if (rules_.tools.call_named_twice) {
    std::string again = *name;
    Text(&again);
  }
  Text(name);
  Text(arguments);
}

}  // namespace inferwire::tokens
