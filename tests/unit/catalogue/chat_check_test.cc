// Requests held against the built-in facts of their models.
#include "catalogue/chat_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/catalogue.h"

namespace inferwire::catalogue {
namespace {

using ::testing::HasSubstr;

class ChatCheck : public ::testing::Test {
 protected:
  Error Refused(const char* model, bool stream = false) {
    auto checked = CheckChat(*catalogue->Find(model), params, stream);
    EXPECT_FALSE(checked.ok());
    return checked ? Error() : checked.error();
  }
  bool Passes(const char* model, bool stream = false) {
    return CheckChat(*catalogue->Find(model), params, stream).ok();
  }
  v1::ContentPart& AddPart() {
    params.add_messages()->set_content("first");
    return *params.add_messages()->add_content_parts();
  }

  const std::shared_ptr<const Catalogue> catalogue = config::BuiltInCatalogue(false);
  v1::ChatCompletionParams params;
};

TEST_F(ChatCheck, NamesTheModelsOutputLimit) {
  params.set_max_completion_tokens(32'768);
  EXPECT_TRUE(Passes("gpt-4.1-mini"));
  params.set_max_completion_tokens(32'769);
  const Error error = Refused("gpt-4.1-mini");
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(error.origin, Origin::kCaller);
  EXPECT_THAT(error.message,
              HasSubstr("is 32769, but the model gpt-4.1-mini writes at most 32768"));
  ASSERT_EQ(error.fields.size(), 1u);
  EXPECT_EQ(error.fields[0].field, "params.max_completion_tokens");
  EXPECT_TRUE(Passes("gpt-5"));  // writes 128,000
}

TEST_F(ChatCheck, LooksAtTheOldNameOfTheLimitToo) {
  params.set_max_tokens(200'000);
  EXPECT_EQ(Refused("gpt-5").fields[0].field, "params.max_tokens");
}

TEST_F(ChatCheck, RefusesAudioOfModelsThatTakeTextAndImages) {
  AddPart().mutable_image_url()->set_url("https://example.com/a.png");
  EXPECT_TRUE(Passes("gpt-4.1"));
  params.mutable_messages(1)->add_content_parts()->mutable_input_audio()->set_data("x");
  const Error error = Refused("gpt-4.1");
  EXPECT_EQ(error.code, Code::kFailedPrecondition);
  EXPECT_EQ(error.reason, v1::ERROR_REASON_MODEL_LACKS_FEATURE);
  EXPECT_EQ(error.fields[0].field, "params.messages[1].content_parts[1]");
  EXPECT_THAT(error.message, HasSubstr("gpt-4.1 has no audio input; its input is text, image"));
  ASSERT_EQ(error.preconditions.size(), 1u);
  EXPECT_EQ(error.preconditions[0].subject, "gpt-4.1");
}

TEST_F(ChatCheck, RefusesAnImageToATextModel) {
  Model text_only;
  text_only.id = "text-only";
  text_only.input_modalities = {"text"};
  const Catalogue own("1", {text_only});
  AddPart().mutable_image_url()->set_data("png");
  auto checked = CheckChat(*own.Find("text-only"), params, false);
  ASSERT_FALSE(checked.ok());
  EXPECT_THAT(checked.error().message, HasSubstr("text-only has no image input"));
}

TEST_F(ChatCheck, RefusesReasoningOfModelsThatDoNotReason) {
  params.set_reasoning_effort("none");
  EXPECT_TRUE(Passes("gpt-4.1-mini"));
  params.set_reasoning_effort("low");
  EXPECT_EQ(Refused("gpt-4.1-mini").fields[0].field, "params.reasoning_effort");
  EXPECT_TRUE(Passes("gpt-5"));
}

TEST_F(ChatCheck, RefusesEachFeatureThatAModelLacks) {
  Model poor;
  poor.id = "poor";
  poor.input_modalities = poor.output_modalities = {"text"};
  poor.endpoints = {{"chat/completions", false}};
  for (const char* feature :
       {"streaming", "function_calling", "structured_outputs", "predicted_outputs", "reasoning"}) {
    poor.features[feature] = false;
  }
  const Catalogue own("1", {poor});
  params.add_tools()->mutable_function()->set_name("f");
  params.mutable_response_format()->mutable_json_schema()->set_name("s");
  params.mutable_prediction()->set_content("p");
  params.set_reasoning_effort("high");
  params.add_modalities("audio");
  AddPart().mutable_image_url();
  params.mutable_messages(1)->add_content_parts()->mutable_input_audio();
  const auto problems = ChatProblems(*own.Find("poor"), params, /*stream=*/true);
  std::vector<std::string> fields;
  for (const Error& problem : problems) fields.push_back(problem.fields.at(0).field);
  EXPECT_THAT(fields, ::testing::ElementsAre(
                          "params.model", "params.model", "params.tools", "params.response_format",
                          "params.prediction", "params.reasoning_effort",
                          "params.messages[1].content_parts[0]",
                          "params.messages[1].content_parts[1]", "params.modalities"));
}

TEST_F(ChatCheck, RefusesNothingForWhatIsNotKnown) {
  Model unknown;
  unknown.id = "unknown";
  const Catalogue own("1", {unknown});
  params.add_tools()->mutable_function()->set_name("f");
  params.add_modalities("audio");
  params.set_max_completion_tokens(2'000'000'000);
  AddPart().mutable_input_audio();
  EXPECT_TRUE(CheckChat(*own.Find("unknown"), params, true).ok());
}

}  // namespace
}  // namespace inferwire::catalogue
