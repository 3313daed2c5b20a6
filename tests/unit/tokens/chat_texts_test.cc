// What of a request is counted.
#include "tokens/chat_texts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace inferwire::tokens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
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
  const InputTexts taken = TakeChatTexts(params, {});
  EXPECT_THAT(taken.texts, ElementsAre("Be kind.", "ann", "one", "two"));
  EXPECT_EQ(taken.frame_tokens, 3 + 2 * 4 + 1);
  EXPECT_EQ(taken.assumed_tokens, 0);
  EXPECT_THAT(taken.notes, IsEmpty());
}

TEST(ChatTexts, FramesTheAnswersOfReasoningModelsOtherwise) {
  v1::ChatCompletionParams params;
  params.add_messages()->set_content("hi");
  v1::ChatCompletionParams same = params;
  EXPECT_EQ(TakeChatTexts(params, {}).frame_tokens, 7);
  EXPECT_EQ(TakeChatTexts(same, {.name = "o3", .reasoning = true}).frame_tokens, 6);
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
  const InputTexts taken = TakeChatTexts(params, {.name = "gpt-4o"});
  EXPECT_THAT(taken.texts, ElementsAre("weather", "{\"city\":\"Paris\"}",
                                       HasSubstr("type weather = () => any;")));
  EXPECT_EQ(taken.assumed_tokens, 2 * 765 + 3 + 1) << "images, the call, around the definitions";
  EXPECT_THAT(taken.notes, SizeIs(5));  // each kind once
  EXPECT_FALSE(taken.margin_tokens.has_value()) << "the length of a sound is anybody's guess";
}

TEST(ChatTexts, BoundsWhatItDoesNotCountExactly) {
  const auto margin_of = [](auto change, const Model& model) {
    v1::ChatCompletionParams params;
    params.add_messages()->set_content("hi");
    change(params);
    return TakeChatTexts(params, model).margin_tokens;
  };
  const Model known{.name = "gpt-4o-2024-08-06"};
  EXPECT_EQ(margin_of([](auto&) {}, known), 0);
  const auto image = [](v1::ChatCompletionParams& params) {
    params.mutable_messages(0)->add_content_parts()->mutable_image_url()->set_url("https://x/a");
  };
  EXPECT_EQ(margin_of(image, known), 85 + 8 * 170 + 8 - 765);
  EXPECT_EQ(margin_of(image, {.name = "llava"}), std::nullopt) << "no rule is known";
  const auto tool = [](v1::ChatCompletionParams& params) {
    params.add_tools()->mutable_function()->set_name("f");
  };
  EXPECT_GT(margin_of(tool, known), 256);
  const auto odd_tool = [](v1::ChatCompletionParams& params) {
    params.add_tools()->set_raw_json("{}");
  };
  EXPECT_EQ(margin_of(odd_tool, known), std::nullopt);
  const auto schema = [](v1::ChatCompletionParams& params) {
    params.mutable_response_format()->mutable_json_schema()->set_schema_json("{\"type\":1}");
  };
  EXPECT_EQ(margin_of(schema, known), 10 + 256);
}

TEST(ChatTexts, TakesAnImageForWhatItsSizeSays) {
  v1::ChatCompletionParams params;
  auto& image = *params.add_messages()->add_content_parts()->mutable_image_url();
  // The first bytes of a PNG of 512 x 1,024.
  image.set_url("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAgAAAAQACAYAAAA=");
  EXPECT_EQ(TakeChatTexts(params, {.name = "gpt-4o"}).assumed_tokens, 85 + 2 * 170);
  image.set_url("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAgAAAAQACAYAAAA=");
  image.set_detail("low");
  EXPECT_EQ(TakeChatTexts(params, {.name = "gpt-4o"}).assumed_tokens, 85);
}

TEST(ChatTexts, PutsFunctionsIntoOneNotation) {
  v1::ChatCompletionParams params;
  params.add_messages()->set_role(v1::ROLE_DEVELOPER);
  for (const char* const name : {"first", "second"}) {
    params.add_tools()->mutable_function()->set_name(name);
  }
  params.mutable_tool_choice()->mutable_function()->set_name("first");
  const InputTexts taken = TakeChatTexts(params, {.name = "gpt-5-mini", .reasoning = true});
  ASSERT_THAT(taken.texts, SizeIs(1));
  EXPECT_THAT(taken.texts.front(), HasSubstr("type first = () => any;\n\ntype second"));
  EXPECT_EQ(taken.assumed_tokens, 3 + 82 + 8) << "with instructions, in a chat, a forced call";
}

// What recorded usage showed not to be what the texts count.
TEST(ChatTexts, SaysSoWhereTheProviderCountsInWaysOfItsOwn) {
  const auto notes_of = [](auto change, bool reasoning = false) {
    v1::ChatCompletionParams params;
    auto& message = *params.add_messages();
    message.set_role(v1::ROLE_USER);
    message.set_content("hi");
    change(params, message);
    return TakeChatTexts(params, {.name = "m", .reasoning = reasoning}).notes.size();
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
