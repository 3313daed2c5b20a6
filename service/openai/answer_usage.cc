#include "openai/answer_usage.h"

#include "base/text.h"
#include "catalogue/served_model.h"
#include "codec/decode.h"
#include "codec/json_text.h"
#include "openai/extra_pieces.h"

namespace inferwire::openai {
namespace {

constexpr char kUsage[] = "usage";
constexpr char kGroq[] = "x_groq";

// Null if it is not there, or nothing is in it.
const std::string* Find(const Extra& extra, const char* name) {
  if (extra.empty()) return nullptr;
  const auto found = extra.find(name);
  return found == extra.end() || IsEmptyJson(found->second) ? nullptr : &found->second;
}

std::optional<v1::Usage> Decode(std::string_view json) {
  v1::Usage usage;
  if (!codec::FromJson(json, usage) || usage.ByteSizeLong() == 0) return std::nullopt;
  FillCounts(usage);
  return usage;
}

// A member of a JSON object that has passed the gate.
std::string_view Member(std::string_view json, std::string_view wanted) {
  json = Trim(json);
  if (json.empty() || json.front() != '{') return {};
  codec::JsonCursor cursor(json);
  cursor.Enter();
  std::string_view found;
  for (codec::JsonString name; cursor.NextMember(name);) {
    const std::string_view value = cursor.SkipValue();
    if (name.raw == wanted) found = value;
  }
  return found;
}

std::optional<v1::Usage> UsageIn(std::string_view object) {
  const std::string_view usage = Member(object, kUsage);
  return usage.empty() || usage.front() != '{' ? std::nullopt : Decode(usage);
}

// Beside the choice's message, or in it.
template <class Choice, class Message>
std::optional<v1::Usage> UsageOf(const Choice& choice, const Message& message) {
  const std::string* text = Find(choice.extra(), kUsage);
  if (!text) text = Find(message.extra(), kUsage);
  return text ? Decode(*text) : std::nullopt;
}

std::optional<v1::Usage> UsageOfGroq(const Extra& extra) {
  const std::string* const text = Find(extra, kGroq);
  return text ? UsageIn(*text) : std::nullopt;
}

void TakeText(std::string_view json, std::string& text) {
  if (json.size() < 2 || json.front() != '"') return;
  std::string value = codec::JsonCursor(json).ReadString().Text();
  if (!value.empty()) text = std::move(value);
}

}  // namespace

void AnswerUsage::See(const v1::ChatCompletionChunk& chunk) {
  if (!chunk.model().empty()) model_ = chunk.model();
  if (!chunk.service_tier().empty()) service_tier_ = chunk.service_tier();
  if (chunk.has_usage() && chunk.usage().ByteSizeLong() > 0) return Take(chunk.usage());
  if (const auto usage = UsageOfGroq(chunk.extra())) return Take(*usage);
  for (const v1::ChunkChoice& choice : chunk.choices()) {
    if (choice.extra().empty() && choice.delta().extra().empty()) continue;
    if (const auto usage = UsageOf(choice, choice.delta())) TakeOfChoice(*usage, choice.index());
  }
}

void AnswerUsage::See(v1::ChatCompletion& completion) {
  model_ = completion.model();
  service_tier_ = completion.service_tier();
  if (completion.has_usage()) {
    FillCounts(*completion.mutable_usage());
    reading_ = ReadUsage(completion.usage());
    return;
  }
  if (const auto usage = UsageOfGroq(completion.extra())) Take(*usage);
  for (const v1::Choice& choice : completion.choices()) {
    if (has_usage_ && !choice_) break;
    if (choice.extra().empty() && choice.message().extra().empty()) continue;
    if (const auto usage = UsageOf(choice, choice.message())) TakeOfChoice(*usage, choice.index());
  }
  if (has_usage_) *completion.mutable_usage() = usage_;
}

void AnswerUsage::SeeJson(std::string_view json) { SeeObject(Trim(json), 0); }

// The Responses API's events have the answer in "response", Anthropic's in "message".
void AnswerUsage::SeeObject(std::string_view json, int depth) {
  if (json.empty() || json.front() != '{') return;
  std::string_view usage, inner, groq, choices;
  bool lists_data = false;
  codec::JsonCursor cursor(json);
  cursor.Enter();
  for (codec::JsonString name; cursor.NextMember(name);) {
    const std::string_view value = cursor.SkipValue();
    if (name.raw == kUsage) usage = value;
    if (name.raw == "model") TakeText(value, model_);
    if (name.raw == "service_tier") TakeText(value, service_tier_);
    if (name.raw == "choices") choices = value;
    if (name.raw == "data") lists_data = true;
    if (name.raw == kGroq) groq = value;
    if (name.raw == "response" || name.raw == "message") inner = value;
  }
  if (!usage.empty() && usage.front() == '{') {
    if (auto read = Decode(usage)) {
      // Embeddings have no output, and say so by their total.
      const bool only_input = lists_data && choices.empty() && !read->has_output_tokens() &&
                              read->has_input_tokens() &&
                              read->total_tokens() == read->input_tokens();
      if (only_input) read->set_output_tokens(0);
      return Take(*read);
    }
  }
  if (const auto read = UsageIn(groq)) return Take(*read);
  if (!choices.empty()) SeeChoices(choices);
  if (depth == 0) SeeObject(inner, depth + 1);
}

void AnswerUsage::SeeChoices(std::string_view json) {
  if (json.front() != '[') return;
  codec::JsonCursor cursor(json);
  cursor.Enter();
  for (int index = 0; cursor.NextElement(); ++index) {
    const std::string_view choice = cursor.SkipValue();
    auto usage = UsageIn(choice);
    if (!usage) usage = UsageIn(Member(choice, "message"));
    if (!usage) usage = UsageIn(Member(choice, "delta"));
    if (usage) TakeOfChoice(*usage, index);
  }
}

void AnswerUsage::Take(const v1::Usage& usage) {
  MergeUsage(usage, usage_);
  has_usage_ = true;
  reading_ = ReadUsage(usage_);
}

// Of n choices each may say what it used alone, and nobody says what they shared.
void AnswerUsage::TakeOfChoice(const v1::Usage& usage, int choice) {
  const bool same = usage.input_tokens() == usage_.input_tokens() &&
                    usage.output_tokens() == usage_.output_tokens();
  differ_ = differ_ || (choice_ && *choice_ != choice && !same);
  choice_ = choice;
  Take(usage);
  if (differ_) reading_.tokens.contradiction = "USAGE_CONTRADICTORY";
}

catalogue::Charge PriceAnswer(const AnswerUsage& answer, const catalogue::Catalogue* catalogue,
                              const catalogue::AskedModel& asked, std::string_view usual_tier) {
  catalogue::ServedModel served;
  if (catalogue) served = catalogue::FindServed(*catalogue, asked, answer.model());
  catalogue::Charge charge =
      catalogue::Price(served.model, answer.reading().tokens, answer.service_tier(), usual_tier);
  if (served.other) charge.unpriced = "OTHER_MODEL_ANSWERED";
  charge.stated = answer.reading().stated;
  return charge;
}

}  // namespace inferwire::openai
