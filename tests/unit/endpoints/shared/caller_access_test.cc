// How long the answers of a caller may be, said in the words of each endpoint.
#include "endpoints/shared/caller_access.h"

#include <gtest/gtest.h>

#include "inferwire/v1/chat.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/responses.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"
#include "tenancy/principal.h"

namespace inferwire::endpoints {
namespace {

class LimitedAnswers : public ::testing::Test {
 protected:
  LimitedAnswers() {
    principal_.access = tenancy::Access({.max_output_tokens = 64});
    limited_.principal = &principal_;
  }

  tenancy::Principal principal_;
  gateway::CallContext limited_, free_;
};

TEST_F(LimitedAnswers, AreAskedForInTheEndpointsOwnWord) {
  v1::ResponseParams response;
  SayOutput(response, limited_);
  EXPECT_EQ(response.max_output_tokens(), 64);
  v1::TextCompletionParams text;
  SayOutput(text, limited_);
  EXPECT_EQ(text.max_tokens(), 64);
  v1::ChatCompletionParams chat;
  SayOutput(chat, limited_);
  EXPECT_EQ(chat.max_completion_tokens(), 64);
}

TEST_F(LimitedAnswers, KeepWhatTheCallerSays) {
  v1::ResponseParams response;
  response.set_max_output_tokens(7);
  SayOutput(response, limited_);
  EXPECT_EQ(response.max_output_tokens(), 7);
  response.set_max_output_tokens(700);  // whether it is too much is checked elsewhere
  SayOutput(response, limited_);
  EXPECT_EQ(response.max_output_tokens(), 700);
}

TEST_F(LimitedAnswers, AreNotAskedForWhereNobodyLimitsThem) {
  v1::ResponseParams response;
  SayOutput(response, free_);
  EXPECT_FALSE(response.has_max_output_tokens());
}

TEST_F(LimitedAnswers, AreNotAskedForWhereTheAnswerIsNoText) {
  EXPECT_EQ(OutputFieldOf(*v1::ImageParams::descriptor()), nullptr);
  v1::ImageParams image;
  const std::string before = image.SerializeAsString();
  SayOutput(image, limited_);
  EXPECT_EQ(image.SerializeAsString(), before);
}

}  // namespace
}  // namespace inferwire::endpoints
