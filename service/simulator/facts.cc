#include "simulator/facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "simulator/schema.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxPrompt = 4096;
constexpr size_t kMaxFacts = 64;  // of a kind
constexpr std::string_view kSpaces = " \t\r\n";
constexpr std::array<std::string_view, 11> kNumbers = {
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"};
// Properties that want the question itself.
constexpr std::array<std::string_view, 6> kWholePrompt = {"query", "question", "prompt",
                                                          "text",  "message",  "input"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLetter(char c) { return IsUpper(c) || (c >= 'a' && c <= 'z') || (c & 0x80) != 0; }
bool IsWordPart(char c) { return IsLetter(c) || IsDigit(c) || c == '_'; }

// Of ASCII; other characters stay.
std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (IsUpper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The first letter of a name: A to Z, or the capitals of Latin-1 (U+00C0 to U+00DE).
bool IsCapital(std::string_view word) {
  if (word.empty()) return false;
  if (IsUpper(word[0])) return true;
  const auto second = word.size() > 1 ? static_cast<unsigned char>(word[1]) : 0;
  return word[0] == '\xC3' && second >= 0x80 && second <= 0x9E;
}

bool IsPronoun(std::string_view word) {
  return word == "I" || word.starts_with("I'") || word.starts_with("I\u2019");
}

// Whole characters, and whole words where there are any.
std::string_view Beginning(std::string_view prompt) {
  if (prompt.size() <= kMaxPrompt) return prompt;
  const size_t space = prompt.find_last_of(kSpaces, kMaxPrompt);
  return space == std::string_view::npos ? std::string_view() : prompt.substr(0, space);
}

bool IsDate(std::string_view word) {
  static constexpr std::string_view kForm = "0000-00-00";
  return word.size() == kForm.size() &&
         std::equal(word.begin(), word.end(), kForm.begin(),
                    [](char c, char form) { return form == '0' ? IsDigit(c) : c == form; });
}

std::optional<Json> NumberIn(std::string_view word) {
  const auto named = std::find(kNumbers.begin(), kNumbers.end(), Lower(word));
  if (named != kNumbers.end()) return Json(2 + (named - kNumbers.begin()));
  while (word.starts_with('$') || word.starts_with("\u20AC")) {
    word.remove_prefix(word[0] == '$' ? 1 : 3);
  }
  if (word.ends_with('%')) word.remove_suffix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(number)) {
    return std::nullopt;
  }
  if (std::floor(number) == number && std::abs(number) < 1e15) {
    return Json(static_cast<int64_t>(number));
  }
  return Json(number);
}

// A word without the punctuation around it, and what that says.
struct Word {
  std::string_view text;
  bool opens = false;  // begins a sentence
  bool ends = false;   // punctuation follows: a name does not go on
};

std::vector<Word> WordsOf(std::string_view prompt) {
  static constexpr std::string_view kBefore = "\"'([{<", kAfter = "\"')]}>.,;:!?";
  std::vector<Word> words;
  bool opens = true;
  for (size_t at = 0; (at = prompt.find_first_not_of(kSpaces, at)) != std::string_view::npos;) {
    const size_t end = std::min(prompt.find_first_of(kSpaces, at), prompt.size());
    Word word{prompt.substr(at, end - at), opens};
    at = end;
    while (!word.text.empty() && kBefore.find(word.text.front()) != std::string_view::npos) {
      word.text.remove_prefix(1);
    }
    opens = false;
    while (!word.text.empty() && kAfter.find(word.text.back()) != std::string_view::npos) {
      word.ends = true;
      opens = opens || std::string_view(".:!?").find(word.text.back()) != std::string_view::npos;
      word.text.remove_suffix(1);
    }
    if (!word.text.empty()) words.push_back(word);
  }
  return words;
}

// Runs of capitalised words. The first word of a sentence has a capital for another reason: it
// belongs to a name only where the prompt has no other.
std::vector<Json> NamesIn(const std::vector<Word>& words) {
  std::vector<Json> names, opening;
  for (size_t i = 0; i < words.size();) {
    if (!IsCapital(words[i].text) || IsPronoun(words[i].text)) {
      ++i;
      continue;
    }
    const bool opens = words[i].opens;
    std::string name, rest;
    size_t count = 0;
    for (bool ended = false; i < words.size() && !ended && IsCapital(words[i].text) &&
                             !IsPronoun(words[i].text) && (count == 0 || !words[i].opens);
         ++i, ++count) {
      name += (count == 0 ? "" : " ") + std::string(words[i].text);
      if (count > 0) rest += (count == 1 ? "" : " ") + std::string(words[i].text);
      ended = words[i].ends;
    }
    if (!opens) {
      names.emplace_back(name);
    } else if (count > 1) {
      opening.emplace_back(name);
      names.emplace_back(rest);
    } else if (words.size() == 1) {
      opening.emplace_back(name);
    }
  }
  // A prompt with one name at the beginning of its only sentence: "Ada Lovelace, born 1815".
  return opening.size() == 1 && names.size() <= 1 ? opening : names;
}

bool Allows(const Json& schema, std::string_view wanted) {
  const Json type = schema.value("type", Json());
  return type == wanted ||
         (type.is_array() && std::find(type.begin(), type.end(), Json(wanted)) != type.end());
}

size_t FindWord(std::string_view text, std::string_view word) {
  for (size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; ++at) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordPart(text[at - 1])) && (end == text.size() || !IsWordPart(text[end]))) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

Facts::Facts(std::string_view prompt) : prompt_(Beginning(prompt)) {
  if (prompt_.find_first_not_of(kSpaces) == std::string::npos) prompt_.clear();
  const std::vector<Word> words = WordsOf(prompt_);
  for (const Word& word : words) {
    if (IsDate(word.text)) {
      dates_.emplace_back(word.text);
    } else if (auto number = NumberIn(word.text)) {
      numbers_.push_back(std::move(*number));
    } else if (word.text.starts_with("https://") || word.text.starts_with("http://")) {
      links_.emplace_back(word.text);
    } else if (const size_t at = word.text.find('@');
               at != std::string_view::npos && at > 0 &&
               word.text.find('.', at) != std::string_view::npos) {
      emails_.emplace_back(word.text);
    }
  }
  names_ = NamesIn(words);
  for (auto* facts : {&names_, &numbers_, &dates_, &emails_, &links_}) {
    if (facts->size() > kMaxFacts) facts->resize(kMaxFacts);
  }
}

std::optional<Json> Facts::Take(const Json& schema, std::string_view name, const Json& root) {
  if (empty() || !schema.is_object() || schema.contains("const")) return std::nullopt;
  if (schema.contains("enum")) return Named(schema, root);
  std::optional<Json> fact;
  if (Allows(schema, "string")) fact = Text(schema, name, root);
  if (!fact && (Allows(schema, "integer") || Allows(schema, "number"))) {
    fact = FirstOf(numbers_, schema, root);
  }
  return fact;
}

std::optional<Json> Facts::Named(const Json& schema, const Json& root) {
  const std::string prompt = Lower(prompt_);
  size_t first = std::string::npos;
  std::string found;
  for (const Json& value : schema["enum"]) {
    if (!value.is_string() || !Satisfies(value, schema, root)) continue;
    const std::string text = value;
    const size_t at = text.empty() ? std::string::npos : FindWord(prompt, Lower(text));
    if (at == std::string::npos || std::find(taken_.begin(), taken_.end(), at) != taken_.end()) {
      continue;
    }
    // "New York" before "New".
    if (at < first || (at == first && text.size() > found.size())) first = at, found = text;
  }
  if (found.empty()) return std::nullopt;
  taken_.push_back(first);
  return found;
}

std::optional<Json> Facts::FirstOf(std::vector<Json>& facts, const Json& schema, const Json& root) {
  const auto found = std::find_if(facts.begin(), facts.end(),
                                  [&](const Json& fact) { return Satisfies(fact, schema, root); });
  if (found == facts.end()) return std::nullopt;
  Json fact = std::move(*found);
  facts.erase(found);
  return fact;
}

std::optional<Json> Facts::Text(const Json& schema, std::string_view name, const Json& root) {
  const Json format = schema.value("format", Json(""));
  if (format == "date") return FirstOf(dates_, schema, root);
  if (format == "email") return FirstOf(emails_, schema, root);
  if (format == "uri") return FirstOf(links_, schema, root);
  if (format != "") return std::nullopt;
  if (std::find(kWholePrompt.begin(), kWholePrompt.end(), name) != kWholePrompt.end()) {
    const Json whole = prompt_;
    if (Satisfies(whole, schema, root)) return whole;
  }
  if (name.find("date") != std::string_view::npos) {
    if (auto date = FirstOf(dates_, schema, root)) return date;
  }
  return FirstOf(names_, schema, root);
}

}  // namespace inferwire::simulator
