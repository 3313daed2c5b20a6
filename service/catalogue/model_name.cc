#include "catalogue/model_name.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace inferwire::catalogue {
namespace {

struct Row {
  std::string_view word, vendor;
};

// The first word of a family of models, without the digits at its end.
constexpr Row kFamilies[] = {
    {"gpt", "openai"},        {"chatgpt", "openai"},    {"o", "openai"},
    {"davinci", "openai"},    {"claude", "anthropic"},  {"gemini", "google"},
    {"gemma", "google"},      {"grok", "xai"},          {"llama", "meta"},
    {"mistral", "mistral"},   {"mixtral", "mistral"},   {"ministral", "mistral"},
    {"magistral", "mistral"}, {"codestral", "mistral"}, {"devstral", "mistral"},
    {"pixtral", "mistral"},   {"voxtral", "mistral"},   {"deepseek", "deepseek"},
    {"qwen", "alibaba"},      {"qwq", "alibaba"},       {"qvq", "alibaba"},
    {"command", "cohere"},    {"aya", "cohere"},        {"glm", "zai"},
    {"kimi", "moonshot"},     {"moonshot", "moonshot"}, {"minimax", "minimax"},
    {"nova", "amazon"},       {"titan", "amazon"},      {"phi", "microsoft"},
    {"sonar", "perplexity"},  {"jamba", "ai21"},        {"nemotron", "nvidia"},
    {"granite", "ibm"},       {"ernie", "baidu"},       {"hunyuan", "tencent"},
    {"doubao", "bytedance"},  {"palmyra", "writer"},    {"mercury", "inception"},
};

// What stands before a name for its vendor, or for a cloud that serves it at the vendor's prices.
constexpr std::string_view kPrefixes[] = {
    "openai",   "azure",  "anthropic", "google",     "xai",     "x-ai",      "meta",
    "deepseek", "cohere", "qwen",      "moonshotai", "z-ai",    "zai",       "zai-org",
    "amazon",   "ai21",   "microsoft", "mistralai",  "mistral", "minimax",   "meta-llama",
    "alibaba",  "vertex", "bedrock",   "perplexity", "models",  "minimaxai", "deepseek-ai"};
// The same where they are words of the name: us.anthropic.claude-3-7-sonnet-20250219-v1:0.
constexpr std::string_view kHosts[] = {"us",         "eu",      "apac",      "global",
                                       "openai",     "azure",   "anthropic", "amazon",
                                       "databricks", "bedrock", "latest",    "meta"};

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

bool IsNumber(std::string_view word) { return std::all_of(word.begin(), word.end(), IsDigit); }

std::vector<std::string_view> Words(std::string_view name) {
  std::vector<std::string_view> words;
  size_t begin = 0;
  for (size_t at = 0; at <= name.size(); ++at) {
    const bool inside = at < name.size() && (IsDigit(name[at]) || IsLetter(name[at]) ||
                                             static_cast<unsigned char>(name[at]) >= 0x80);
    if (inside) continue;
    if (at > begin) words.push_back(name.substr(begin, at - begin));
    begin = at + 1;
  }
  return words;
}

// Bedrock's version of its own record of a model: -v1:0.
std::string_view WithoutRecordVersion(std::string_view name) {
  const size_t colon = name.rfind(':');
  if (colon == std::string_view::npos || colon < 3 || !IsNumber(name.substr(colon + 1))) {
    return name;
  }
  const size_t dash = name.rfind("-v", colon);
  if (dash == std::string_view::npos || !IsNumber(name.substr(dash + 2, colon - dash - 2))) {
    return name;
  }
  return name.substr(0, dash);
}

// How many words from here on are a date or a dated version: 2025-08-07, 20250807, 0613, 2507.
size_t StampWords(const std::vector<std::string_view>& words, size_t at) {
  const auto number = [&](size_t i, size_t digits) {
    return i < words.size() && words[i].size() == digits && IsNumber(words[i]);
  };
  if (at == 0) return 0;
  if (number(at, 8) || number(at, 6)) return 1;
  if (!number(at, 4)) return 0;
  const bool day = words[at].starts_with("20") && number(at + 1, 2) && number(at + 2, 2);
  return day ? 3 : 1;
}

template <size_t N>
bool IsIn(std::string_view word, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

}  // namespace

std::string_view VendorOf(std::string_view name) {
  const std::string lower = Lower(name);
  for (const std::string_view word : Words(lower)) {
    std::string_view stem = word;
    while (!stem.empty() && IsDigit(stem.back())) stem.remove_suffix(1);
    for (const Row& family : kFamilies) {
      // o1, o3 and o4 are a family, a lone o is none.
      if (stem == family.word && (stem != "o" || word.size() > 1)) return family.vendor;
    }
  }
  return {};
}

ModelName ReadModelName(std::string_view name) {
  const std::string lower = Lower(name);
  ModelName read;
  std::string_view last = lower;
  if (const size_t slash = last.rfind('/'); slash != std::string_view::npos) {
    std::string_view path = last.substr(0, slash);
    path.remove_prefix(path.rfind('/') + 1);
    last.remove_prefix(slash + 1);
    read.plain = IsIn(path, kPrefixes);
  }
  const std::vector<std::string_view> words = Words(WithoutRecordVersion(last));
  std::vector<std::string_view> texts, numbers;
  for (size_t at = 0; at < words.size(); ++at) {
    if (const size_t stamp = StampWords(words, at); stamp > 0) {
      for (size_t i = 0; i < stamp; ++i) read.stamp += words[at + i];
      at += stamp - 1;
    } else if (!IsIn(words[at], kHosts)) {
      (IsNumber(words[at]) ? numbers : texts).push_back(words[at]);
    }
  }
  std::sort(texts.begin(), texts.end());
  for (const auto& each : {texts, numbers}) {
    for (const std::string_view word : each) read.key.append(word) += ' ';
  }
  return read;
}

}  // namespace inferwire::catalogue
