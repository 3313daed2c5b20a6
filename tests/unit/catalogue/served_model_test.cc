// Whose price an answer has: the model's that answered.
#include "catalogue/served_model.h"

#include <gtest/gtest.h>

#include "catalogue/model_name.h"

namespace inferwire::catalogue {
namespace {

Model Named(const char* id, std::vector<std::string> snapshots = {}) {
  Model model;
  model.id = id;
  model.snapshots = std::move(snapshots);
  return model;
}

std::vector<Model> Models() {
  return {Named("gpt-5", {"gpt-5-2025-08-07"}),
          Named("gpt-5-mini"),
          Named("gpt-4.1", {"gpt-4.1-2025-04-14"}),
          Named("claude-sonnet-4.6"),
          Named("grok-3"),
          Named("mistral-large-2411"),
          Named("my-own")};
}

struct Case {
  const char *sent, *answered;
  const char* served;  // empty: nothing is known; "other": another model
};

TEST(ServedModel, IsTheOneThatAnswered) {
  const Catalogue catalogue("r", Models());
  const Case cases[] = {
      // As asked.
      {"gpt-5", "", "gpt-5"},
      {"gpt-5", "gpt-5", "gpt-5"},
      {"gpt-5", "gpt-5-2025-08-07", "gpt-5"},
      // A snapshot that is not listed, and other ways to write the name.
      {"gpt-5", "gpt-5-2026-01-31", "gpt-5"},
      {"gpt-5", "openai/gpt-5-20260131", "gpt-5"},
      {"claude-sonnet-4.6", "anthropic/claude-4.6-sonnet-20260217", "claude-sonnet-4.6"},
      {"claude-sonnet-4.6", "us.anthropic.claude-sonnet-4-6-20260217-v1:0", "claude-sonnet-4.6"},
      {"grok-3", "grok-3-latest", "grok-3"},
      // A known model behind another sent name.
      {"my-deployment", "gpt-4.1-2025-04-14", "gpt-4.1"},
      {"openai/gpt-5", "openai/gpt-5", "gpt-5"},
      {"openai/gpt-5", "", "gpt-5"},
      {"openrouter/openai/gpt-5", "m", "gpt-5"},
      {"GPT-5", "", "gpt-5"},
      // Another known model.
      {"gpt-5", "gpt-5-mini", "gpt-5-mini"},
      {"gpt-5", "x-ai/grok-3", "grok-3"},
      {"my-own", "gpt-5", "gpt-5"},
      // Another model that is not known.
      {"gpt-5", "gemini-2.5-pro", "other"},
      {"gpt-5", "google/gemini-2.0-flash-exp:free", "other"},
      {"gpt-5", "gpt-5-nano-2025-08-07", "other"},
      {"gpt-5", "gpt-5:free", "other"},
      {"gpt-5", "ft:gpt-5:acme::1", "other"},
      {"gpt-5", "somebody/gpt-5", "other"},
      {"gpt-5", "gpt-5.4", "other"},
      {"claude-sonnet-4.6", "claude-sonnet-6.4", "other"},
      {"openai/gpt-5", "Meta-Llama-3.1-8B", ""},
      {"mistral-large-2411", "mistral-large-2402", "other"},
      // A name that tells nothing says nothing against the asked one.
      {"gpt-5", "m", "gpt-5"},
      {"my-own", "/models/q4.gguf", "my-own"},
      {"my-own", "llama-3-8b", "my-own"},
      // Nothing is known.
      {"llama-3-8b", "llama-3-8b", ""},
      {"unknown", "gemini-2.5-pro", ""},
      {"gpt-4.5", "", ""},
  };
  for (const Case& each : cases) {
    const ServedModel served =
        FindServed(catalogue, {catalogue.Find(each.sent), each.sent}, each.answered);
    const std::string got = served.other ? "other" : served.model ? served.model->id : "";
    EXPECT_EQ(got, each.served) << each.sent << " -> " << each.answered;
  }
}

TEST(ServedModel, IsTheOneThatTheUpstreamOffers) {
  Model model = Named("gpt-5");
  model.offers.emplace_back().upstream = "azure";
  model.offers[0].prices = {{"standard", 3, {}, 4}};
  const Catalogue catalogue("r", {model});
  for (const char* answered : {"", "gpt-5", "gpt-5-2025-08-07", "openai/gpt-5"}) {
    for (const Model* asked : {catalogue.Find("gpt-5"), static_cast<const Model*>(nullptr)}) {
      const Model* const there = FindServed(catalogue, {asked, "gpt-5", "azure"}, answered).model;
      ASSERT_TRUE(there && there->PriceOf("standard")) << answered;
      EXPECT_EQ(there->PriceOf("standard")->output, 4) << answered;
      const Model* const elsewhere = FindServed(catalogue, {asked, "gpt-5", "x"}, answered).model;
      EXPECT_EQ(elsewhere, catalogue.Find("gpt-5")) << answered;
    }
  }
}

TEST(ServedModel, IsNoneWhereTheNameMeansSeveral) {
  const Catalogue catalogue("r", {Named("gpt-5"), Named("openai/gpt-5")});
  EXPECT_EQ(catalogue.FindAs("azure/gpt-5"), nullptr);
  EXPECT_EQ(catalogue.FindAs("gpt-5")->id, "gpt-5");
  EXPECT_EQ(catalogue.FindAs("openai/gpt-5")->id, "openai/gpt-5");
}

TEST(ModelName, TellsItsVendor) {
  const std::pair<const char*, const char*> cases[] = {
      {"gpt-4o", "openai"},
      {"o3-mini", "openai"},
      {"openai/o1", "openai"},
      {"Claude-3", "anthropic"},
      {"Llama3-8b", "meta"},
      {"qwen3-32b:free", "alibaba"},
      {"deepseek-r1-llama-70b", "deepseek"},
      {"m", ""},
      {"o", ""},
      {"my-gptq-model", ""},
      {"", ""},
  };
  for (const auto& [name, vendor] : cases) EXPECT_EQ(VendorOf(name), vendor) << name;
}

}  // namespace
}  // namespace inferwire::catalogue
