// inferwire moderate
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "output.h"
#include "request.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

struct Category {
  std::string name;
  bool flagged = false;
  double score = 0;
  bool scored = false;
};

// The likeliest first. A category may have a score or a verdict only.
std::vector<Category> CategoriesOf(const v1::ModerationResult& result) {
  std::vector<Category> all;
  for (const auto& [name, flagged] : result.categories()) {
    const auto score = result.category_scores().find(name);
    const bool scored = score != result.category_scores().end();
    all.push_back({name, flagged, scored ? score->second : 0, scored});
  }
  for (const auto& [name, score] : result.category_scores()) {
    if (!result.categories().contains(name)) all.push_back({name, false, score, true});
  }
  std::ranges::sort(all, [](const Category& a, const Category& b) {
    return a.score != b.score ? a.score > b.score : a.name < b.name;
  });
  return all;
}

std::string ScoreText(const Category& category) {
  if (!category.scored) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", category.score);
  return text;
}

std::string TextOf(const v1::ModerationResult& result) {
  Table table({"category", "flagged", "score"});
  for (const Category& category : CategoriesOf(result)) {
    table.Add({category.name, category.flagged ? "yes" : "no", ScoreText(category)});
  }
  return table.Text() + (result.flagged() ? "flagged\n" : "not flagged\n");
}

}  // namespace

ExitCode Run(Session& session, const ModerateArgs& args) {
  auto text = NeedPrompt(args.text);
  if (!text) return Report(session.global, text.error());
  v1::ModerateRequest request;
  request.mutable_params()->add_input(*std::move(text));
  if (!args.model.empty()) request.mutable_params()->set_model(args.model);
  const auto response = session.client.Moderate(request, session.Arm());
  session.interrupts.Disarm();
  if (!response) return Report(session.global, response.error());
  const auto& results = response->moderation().results();
  std::string out;
  bool flagged = results.empty();  // no verdict is no permission
  for (const v1::ModerationResult& result : results) {
    flagged = flagged || result.flagged();
    out += TextOf(result);
  }
  if (results.empty()) out = "the upstream gave no verdict\n";
  if (session.global.json) out = OpenAiJson(response->moderation(), &response->gateway()) + "\n";
  if (!Print(out)) return kCallFailed;
  return args.check && flagged ? kCallFailed : kOk;
}

}  // namespace inferwire::cli
