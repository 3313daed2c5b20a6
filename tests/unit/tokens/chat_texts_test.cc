// What of a request is counted.
#include "tokens/chat_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferwire::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ChatTexts, TakesEveryTextOfPlainMessagesAndNothingElse) {
  v1::ChatCompletionParams params;
  params.set_model("m");
  auto& system = *params.add_messages();
  system.set_role(v1::ROLE_SYSTEM);
  system.set_content("Be kind.");
  auto& user = *params.add_messages();
  user.set_role(v1::ROLE_USER);
  user.set_name("ann");
  user.add_content_parts()->set_text("one");
  user.add_content_parts()->set_text("two");
  const InputTexts taken = TakeChatTexts(params, /*reasoning=*/false);
  EXPECT_THAT(taken.texts, ElementsAre("Be kind.", "ann", "one", "two"));
  EXPECT_EQ(taken.frame_tokens, 3 + 2 * 4 + 1);
  EXPECT_EQ(taken.assumed_tokens, 0);
  EXPECT_THAT(taken.notes, IsEmpty());
}

TEST(ChatTexts, FramesTheAnswersOfReasoningModelsOtherwise) {
  v1::ChatCompletionParams params;
  params.add_messages()->set_content("hi");
  v1::ChatCompletionParams same = params;
  EXPECT_EQ(TakeChatTexts(params, false).frame_tokens, 7);
  EXPECT_EQ(TakeChatTexts(same, true).frame_tokens, 6);
}

TEST(ChatTexts, SaysWhatItCannotCountExactly) {
  v1::ChatCompletionParams params;
  auto& user = *params.add_messages();
  user.add_content_parts()->mutable_image_url()->set_url("https://example.com/a.png");
  user.add_content_parts()->mutable_image_url()->set_data("png");
  user.add_content_parts()->mutable_input_audio()->set_data("wav");
  user.add_content_parts()->mutable_file()->set_file_id("f");
  auto& tool = *params.add_tools()->mutable_function();
  tool.set_name("weather");
  tool.set_parameters_json("{}");
  auto& answer = *params.add_messages();
  auto& call = *answer.add_tool_calls()->mutable_function();
  call.set_name("weather");
  call.set_arguments("{\"city\":\"Paris\"}");
  const InputTexts taken = TakeChatTexts(params, /*reasoning=*/false);
  EXPECT_THAT(taken.texts, ElementsAre("weather", "{\"city\":\"Paris\"}", "weather", "{}"));
  EXPECT_EQ(taken.assumed_tokens, 2 * 1000 + 8 + 8);
  EXPECT_THAT(taken.notes, SizeIs(5));  // each kind once
}

// What recorded usage showed not to be what the texts count.
TEST(ChatTexts, SaysSoWhereTheProviderCountsInWaysOfItsOwn) {
  const auto notes_of = [](auto change, bool reasoning = false) {
    v1::ChatCompletionParams params;
    auto& message = *params.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    change(params, message);
    return TakeChatTexts(params, reasoning).notes.size();
  };
  EXPECT_EQ(notes_of([](auto&, auto& message) { message.set_name("ann"); }), 0u);
  EXPECT_EQ(notes_of([](auto&, auto& message) { message.set_name("user"); }), 1u);
  const auto system = [](auto&, auto& message) {
    message.set_role(v1::ROLE_SYSTEM);
    message.set_name("system");
  };
  EXPECT_EQ(notes_of(system), 1u);
  EXPECT_EQ(notes_of([](auto&, auto& message) { message.set_refusal("I won't."); }), 1u);
  const auto refusal_part = [](auto&, auto& message) {
    message.add_content_parts()->set_refusal("I won't.");
  };
  EXPECT_EQ(notes_of(refusal_part), 1u);
  const auto assistant = [](auto&, auto& message) { message.set_role(v1::ROLE_ASSISTANT); };
  EXPECT_EQ(notes_of(assistant), 0u);
  EXPECT_EQ(notes_of(assistant, /*reasoning=*/true), 1u);
  EXPECT_EQ(notes_of([](auto&, auto& message) { message.set_reasoning_content("so"); }), 1u);
  EXPECT_EQ(notes_of([](auto&, auto& message) { message.mutable_audio()->set_id("a"); }), 1u);
  EXPECT_EQ(notes_of([](auto&, auto& message) { (*message.mutable_extra())["x"] = "1"; }), 1u);
  EXPECT_EQ(notes_of([](auto& params, auto&) { (*params.mutable_extra())["documents"] = "[]"; }),
            1u);
  EXPECT_EQ(notes_of([](auto& params, auto&) { params.set_web_search_options_json("{}"); }), 1u);
}

}  // namespace
}  // namespace inferwire::tokens
