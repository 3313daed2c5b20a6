#include "tokens/response_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferwire::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(ResponseTexts, FramesInputAndInstructionsAsMessages) {
  v1::ResponseParams params;
  params.set_input("question");
  EXPECT_EQ(TakeResponseTexts(params, {}).frame_tokens, 7) << "as a chat's";
  params.set_input("question");
  params.set_instructions("be brief");
  const InputTexts taken = TakeResponseTexts(params, {.name = "o3", .reasoning = true});
  EXPECT_THAT(taken.texts, ElementsAre("be brief", "question"));
  EXPECT_EQ(taken.frame_tokens, 10);
  EXPECT_THAT(taken.notes, IsEmpty());
}

TEST(ResponseTexts, TakesItemsToolsAndTheSchema) {
  v1::ResponseParams params;
  auto& message = *params.add_input_items();
  message.set_role("user");
  message.add_content_parts()->set_text("part");
  message.add_content_parts()->set_type("input_image");
  auto& call = *params.add_input_items();
  call.set_type("function_call");
  call.set_name("f");
  call.set_arguments("{}");
  auto& tool = *params.add_tools();
  tool.set_type("function");
  tool.set_name("f");
  tool.set_parameters_json("{\"a\":1}");
  params.mutable_text()->mutable_format()->set_schema_json("{}");
  const InputTexts taken = TakeResponseTexts(params, {.name = "gpt-4.1"});
  EXPECT_THAT(taken.texts, ElementsAre(HasSubstr("type f = () => any;"), "part", "f", "{}",
                                       HasSubstr("# Response Formats")));
  EXPECT_EQ(taken.assumed_tokens, 765 + 3 + 1);
  EXPECT_EQ(taken.notes.size(), 4u) << "image, calls, tools, schema";
  EXPECT_TRUE(taken.margin_tokens.has_value());
}

// The length of what is sealed says about how much it is, and models see it until the next
// question.
TEST(ResponseTexts, EstimatesReasoningOfTheTurnInHand) {
  v1::ResponseParams params;
  params.add_input_items()->set_role("user");
  auto& thoughts = *params.add_input_items();
  thoughts.set_type("reasoning");
  thoughts.set_encrypted_content(std::string(2200, 'x'));
  const Model model{.name = "gpt-5-mini", .reasoning = true};
  v1::ResponseParams later = params;
  later.add_input_items()->set_role("user");
  EXPECT_EQ(TakeResponseTexts(params, model).assumed_tokens, 200);
  const InputTexts taken = TakeResponseTexts(later, model);
  EXPECT_EQ(taken.assumed_tokens, 0);
  EXPECT_EQ(taken.margin_tokens, 2200);
}

TEST(ResponseTexts, OfTheProvidersOwnToolsThereIsNoBound) {
  v1::ResponseParams params;
  params.set_input("x");
  params.add_tools()->set_type("web_search");
  EXPECT_FALSE(TakeResponseTexts(params, {.name = "gpt-4.1"}).margin_tokens.has_value());
  params.clear_tools();
  params.mutable_reasoning()->set_mode("pro");
  EXPECT_FALSE(TakeResponseTexts(params, {.name = "gpt-5.6"}).margin_tokens.has_value());
}

TEST(ResponseTexts, SaysWhatIsSomewhereElse) {
  v1::ResponseParams params;
  params.set_input("x");
  params.set_previous_response_id("resp_1");
  params.add_input_items()->set_type("item_reference");
  EXPECT_EQ(TakeResponseTexts(params, {}).notes.size(), 1u);
}

TEST(EmbeddingTexts, CountTokensThatCameAsNumbers) {
  v1::EmbeddingParams params;
  params.add_input("a");
  params.add_input("b");
  for (int i = 0; i < 5; ++i) {
    if (i == 0) params.add_token_input();
    params.mutable_token_input(0)->add_tokens(i);
  }
  const InputTexts taken = TakeEmbeddingTexts(params);
  EXPECT_THAT(taken.texts, ElementsAre("a", "b"));
  EXPECT_EQ(taken.frame_tokens, 5);
}

TEST(CompletionTexts, ArePromptsAndSuffix) {
  v1::TextCompletionParams params;
  params.add_prompt("a");
  params.set_suffix("b");
  const InputTexts taken = TakeCompletionTexts(params);
  EXPECT_THAT(taken.texts, ElementsAre("a", "b"));
  EXPECT_EQ(taken.frame_tokens, 0);
}

}  // namespace
}  // namespace inferwire::tokens
