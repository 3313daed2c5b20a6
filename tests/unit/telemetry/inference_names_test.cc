// OpenTelemetry's newer names of the same numbers.
#include "telemetry/inference_names.h"

#include <gmock/gmock.h>

#include "record_everything.h"

namespace inferwire::telemetry {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Labels(const std::string& operation) {
  return "{gen_ai_operation_name=\"" + operation +
         "\",gen_ai_provider_name=\"openai\",gen_ai_request_model=\"m\"";
}

class InferenceNames : public testing::Test {
 protected:
  InferenceNames() {
    for (const char* operation : {"chat", "embeddings"}) {
      auto& model = metrics_.Of<ModelFamilies>().With(operation, "openai", "m");
      model.Tokens(100, 7);
      model.Tokens(50, 3);
      model.TokenDetails(40, 2);
      model.Ended(std::chrono::seconds(1), "");
      model.Ended(std::chrono::seconds(1), "500");
    }
  }
  std::string Shown() {
    metrics_.ShowInferenceNames(true);
    return metrics_.Expose();
  }

  Metrics metrics_;
};

TEST_F(InferenceNames, AreNotThereUnlessAskedFor) {
  EXPECT_THAT(metrics_.Expose(), Not(HasSubstr("gen_ai_client_inference_")));
  EXPECT_THAT(Shown(), HasSubstr("gen_ai_client_inference_"));
  metrics_.ShowInferenceNames(false);
  EXPECT_THAT(metrics_.Expose(), Not(HasSubstr("gen_ai_client_inference_")));
}

TEST_F(InferenceNames, HaveTheNumbersOfTheOldOnes) {
  const std::string page = Shown();
  const std::string chat = Labels("chat");
  EXPECT_THAT(page, HasSubstr("\n# TYPE gen_ai_client_inference_duration_seconds histogram\n"));
  EXPECT_THAT(page, HasSubstr("gen_ai_client_inference_duration_seconds_count" +
                              std::string("{error_type=\"500\",") + chat.substr(1) + "} 1\n"));
  EXPECT_THAT(page,
              HasSubstr("gen_ai_client_inference_operation_input_tokens_sum" + chat + "} 150\n"));
  EXPECT_THAT(page,
              HasSubstr("gen_ai_client_inference_operation_output_tokens_count" + chat + "} 2\n"));
  EXPECT_THAT(page,
              HasSubstr("\n# TYPE gen_ai_client_inference_usage_input_tokens_total counter\n"));
  EXPECT_THAT(page,
              HasSubstr("gen_ai_client_inference_usage_input_tokens_total" + chat + "} 150\n"));
  EXPECT_THAT(page,
              HasSubstr("gen_ai_client_inference_usage_output_tokens_total" + chat + "} 10\n"));
  EXPECT_THAT(page, HasSubstr("gen_ai_client_inference_usage_cache_read_input_tokens_total" + chat +
                              "} 40\n"));
  EXPECT_THAT(page, HasSubstr("gen_ai_client_inference_usage_reasoning_output_tokens_total" + chat +
                              "} 2\n"));
  // The old ones stay.
  EXPECT_THAT(page, HasSubstr("gen_ai_client_token_usage_sum" + chat +
                              ",gen_ai_token_type=\"input\"} 150\n"));
}

TEST_F(InferenceNames, OfEmbeddingsAreTheirOwn) {
  const std::string page = Shown(), labels = Labels("embeddings");
  EXPECT_THAT(page,
              HasSubstr("gen_ai_client_embeddings_usage_input_tokens_total" + labels + "} 150\n"));
  EXPECT_THAT(page, HasSubstr("gen_ai_client_embeddings_duration_seconds_count"));
  EXPECT_THAT(page, Not(HasSubstr("gen_ai_client_embeddings_usage_output_tokens")));
  EXPECT_THAT(page, Not(HasSubstr("gen_ai_client_inference_usage_input_tokens_total" + labels)));
}

}  // namespace
}  // namespace inferwire::telemetry
