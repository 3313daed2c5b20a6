// price_recordings FOLDER KIND LIST DAY: imports a public list of prices and prices the recorded
// answers of FOLDER with it, as the gateway prices what it passes on. Prints how many of those that
// the list has a price for were priced, and why the others were not. Fails below 95 %; exit code 77
// (skipped) where there are no recordings.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "agreement/imported.h"
#include "catalogue/price.h"
#include "codec/json_gate.h"
#include "openai/answer_usage.h"

namespace inferwire {
namespace {

constexpr int kSkipped = 77;
constexpr double kLeastPriced = 0.95;

using Json = nlohmann::ordered_json;

std::string TextOf(const Json& object, const char* name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

void See(const std::string& json, openai::AnswerUsage& answer) {
  if (codec::CheckJson(json)) answer.SeeJson(json);
}

void SeeEvents(const std::string& events, openai::AnswerUsage& answer) {
  constexpr std::string_view kData = "data: {";
  for (size_t at = events.find(kData); at != std::string::npos; at = events.find(kData, at + 1)) {
    const size_t begin = at + kData.size() - 1;
    See(events.substr(begin, events.find('\n', begin) - begin), answer);
  }
}

// The list has no price of the model that answered, or nobody can price it: fewer tokens than none.
bool IsBeyondTheList(std::string_view reason) {
  return reason == "MODEL_NOT_PRICED" || reason == "OTHER_MODEL_ANSWERED" ||
         reason == "USAGE_IMPOSSIBLE";
}

struct Sums {
  int known = 0, priced = 0;
  std::map<std::string, int> unpriced;  // by reason
};

// An answer that was good and says what it used.
std::optional<openai::AnswerUsage> Read(const Json& recording) {
  if (!recording.is_object() || recording.value("status", 0) != 200) return std::nullopt;
  openai::AnswerUsage answer;
  if (const auto body = recording.find("response_json"); body != recording.end()) {
    See(body->dump(), answer);
  }
  SeeEvents(TextOf(recording, "response_sse"), answer);
  return answer.reported() ? std::optional(std::move(answer)) : std::nullopt;
}

void Price(const Json& recording, const catalogue::Catalogue& catalogue, Sums& sums) {
  const auto answer = Read(recording);
  if (!answer) return;
  const auto request = recording.find("request_json");
  const std::string asked = request == recording.end() ? "" : TextOf(*request, "model");
  const catalogue::Model* const model = catalogue.FindAs(asked);
  if (!model && !catalogue.FindAs(answer->model())) return;
  const auto charge = openai::PriceAnswer(*answer, &catalogue, {model, asked, ""});
  sums.priced += charge.total ? 1 : 0;
  sums.known += charge.total || !IsBeyondTheList(charge.unpriced) ? 1 : 0;
  if (!charge.total) ++sums.unpriced[std::string(charge.unpriced)];
}

int Main(const std::filesystem::path& folder, const catalogue::Catalogue& catalogue) {
  Sums sums;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    Price(Json::parse(file, nullptr, /*allow_exceptions=*/false), catalogue, sums);
  }
  const double share = sums.known ? static_cast<double>(sums.priced) / sums.known : 0;
  std::printf("%d of %d recorded answers of models with a price are priced (%.1f %%)\n",
              sums.priced, sums.known, share * 100);
  for (const auto& [reason, times] : sums.unpriced) {
    std::printf("  %s: %d\n", reason.c_str(), times);
  }
  return share < kLeastPriced;
}

}  // namespace
}  // namespace inferwire

int main(int argc, char** argv) {
  constexpr int kArguments = 5;
  if (argc != kArguments) {
    std::cerr << "price_recordings FOLDER litellm|genai-prices|models.dev LIST DAY\n";
    return 2;
  }
  if (!std::filesystem::is_directory(argv[1])) {
    std::printf("skipped: there are no recordings in %s\n", argv[1]);
    return inferwire::kSkipped;
  }
  const auto imported = inferwire::agreement::Import(argv[2], argv[3], argv[4]);
  return imported ? inferwire::Main(argv[1], *imported->catalogue) : 1;
}
