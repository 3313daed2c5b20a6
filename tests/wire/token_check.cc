// token_check DIR: counts the input tokens of the recorded chat requests to models of o200k_base
// and compares them with the usage that the provider reported. Prints the distribution of the
// error. Plain text has to be exact. Exit code 77 (skipped) where the recordings or the vocabulary
// are missing.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "codec/decode.h"
#include "inferwire/v1/chat.pb.h"
#include "tokens/chat_texts.h"
#include "tokens/counter.h"
#include "tokens/rough_count.h"

namespace {

using Json = nlohmann::ordered_json;
namespace v1 = inferwire::v1;
namespace tokens = inferwire::tokens;

constexpr int kSkipped = 77;

struct Row {
  std::string file;
  int64_t reported = 0, counted = 0, estimated = 0;
  bool exact = false;
};

bool BeginsWithOneOf(const std::string& text, std::initializer_list<const char*> fronts) {
  return std::any_of(fronts.begin(), fronts.end(),
                     [&](const char* front) { return text.starts_with(front); });
}

bool IsO200k(const std::string& model) {
  const bool family =
      BeginsWithOneOf(model, {"gpt-4o", "chatgpt-4o", "gpt-4.1", "gpt-5", "o1", "o3", "o4"});
  return family && model.find("audio") == std::string::npos &&
         model.find("search") == std::string::npos;
}

bool Reasons(const std::string& model) {
  return BeginsWithOneOf(model, {"gpt-5", "o1", "o3", "o4"}) &&
         model.find("chat") == std::string::npos;
}

// Empty if there is no such member, or if it is not a text (null, say).
std::string TextOf(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Of the answer, or of the last event that has one.
std::optional<int64_t> ReportedTokens(const Json& recording) {
  const auto of = [](const Json& answer) -> std::optional<int64_t> {
    const auto usage = answer.find("usage");
    if (usage == answer.end() || !usage->is_object()) return std::nullopt;
    const auto tokens = usage->find("prompt_tokens");
    if (tokens == usage->end() || !tokens->is_number_integer()) return std::nullopt;
    return tokens->get<int64_t>();
  };
  if (const auto body = recording.find("response_json");
      body != recording.end() && body->is_object()) {
    return of(*body);
  }
  std::optional<int64_t> last;
  const std::string events = TextOf(recording, "response_sse");
  for (size_t at = events.find("data: {"); at != std::string::npos;
       at = events.find("data: {", at + 1)) {
    const Json event = Json::parse(events.substr(at + 6, events.find('\n', at) - at - 6), nullptr,
                                   /*allow_exceptions=*/false);
    if (auto tokens = event.is_object() ? of(event) : std::nullopt) last = tokens;
  }
  return last;
}

std::optional<Row> Check(const std::filesystem::path& path, const tokens::Vocabulary& vocabulary) {
  std::ifstream file(path);
  const Json recording = Json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!recording.is_object()) return std::nullopt;
  const auto status = recording.find("status");
  if (status == recording.end() || *status != 200) return std::nullopt;
  const auto request = recording.find("request_json");
  const auto reported = ReportedTokens(recording);
  if (request == recording.end() || !request->is_object() || !reported) return std::nullopt;
  const auto& answer = recording.contains("response_json") ? recording["response_json"] : Json();
  const std::string answered = TextOf(answer, "model");
  const std::string model = answered.empty() ? TextOf(*request, "model") : answered;
  if (!IsO200k(model)) return std::nullopt;
  v1::ChatCompletionParams params;
  if (!inferwire::codec::FromJson(request->dump(), params)) return std::nullopt;

  tokens::InputTexts texts = tokens::TakeChatTexts(params, Reasons(model));
  Row row{.file = path.filename(), .reported = *reported};
  row.counted = row.estimated = texts.frame_tokens + texts.assumed_tokens;
  for (const std::string& text : texts.texts) row.estimated += tokens::RoughCount(text);
  row.exact = texts.notes.empty();
  tokens::Counter counter(&vocabulary, std::move(texts.texts));
  while (counter.Step(1 << 20)) {
  }
  row.counted += counter.tokens();
  return row;
}

void PrintDistribution(const char* what, const std::vector<Row>& rows, int64_t Row::*count) {
  if (rows.empty()) return;
  std::map<int64_t, int> errors;
  std::vector<double> relative;
  for (const Row& row : rows) {
    ++errors[row.*count - row.reported];
    relative.push_back(static_cast<double>(row.*count - row.reported) * 100 /
                       static_cast<double>(row.reported));
  }
  std::sort(relative.begin(), relative.end());
  std::printf("%s: %zu requests; error in tokens x requests:", what, rows.size());
  for (const auto& [error, times] : errors) {
    std::printf(" %+lld x %d", static_cast<long long>(error), times);
  }
  std::printf("; relative: least %+.1f %%, median %+.1f %%, most %+.1f %%\n", relative.front(),
              relative[relative.size() / 2], relative.back());
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? std::filesystem::path(argv[1]) / "chat" : "";
  if (!std::filesystem::is_directory(folder)) {
    std::printf("skipped: there are no recordings in %s\n", folder.c_str());
    return kSkipped;
  }
  const tokens::Vocabulary* const vocabulary = tokens::Vocabulary::BuiltIn();
  if (!vocabulary) {
    std::printf("skipped: built without the o200k_base vocabulary\n");
    return kSkipped;
  }
  std::vector<Row> plain, other;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (!BeginsWithOneOf(name, {"openai__", "azure__"})) continue;
    if (auto row = Check(entry.path(), *vocabulary)) {
      (row->exact ? plain : other).push_back(std::move(*row));
    }
  }
  PrintDistribution("plain text, counted", plain, &Row::counted);
  PrintDistribution("plain text, estimated without the vocabulary", plain, &Row::estimated);
  PrintDistribution("with tools, schemas or media, counted", other, &Row::counted);
  int wrong = 0;
  for (const Row& row : plain) {
    if (row.counted == row.reported) continue;
    ++wrong;
    std::printf("WRONG %s: reported %lld, counted %lld\n", row.file.c_str(),
                static_cast<long long>(row.reported), static_cast<long long>(row.counted));
  }
  std::printf("%zu of %zu plain requests counted exactly\n", plain.size() - wrong, plain.size());
  return wrong > 0 || plain.size() < 20 ? 1 : 0;
}
