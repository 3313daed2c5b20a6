// Models over real sockets: what answers cost, what is refused before it is sent, and
// ModelsService.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/catalogue.h"
#include "gateway.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

// gpt-4.1-mini: USD 0.40, 0.10 and 1.60 per million tokens.
int64_t PriceOf(const v1::Usage& usage) {
  const int64_t cached = usage.input_details().cached_tokens();
  return (usage.input_tokens() - cached) * 400'000 + cached * 100'000 +
         usage.output_tokens() * 1'600'000;
}

TEST(Cost, StandsOnAUnaryAnswer) {
  Gateway gateway;
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("Say hello");
  v1::CompleteResponse response;
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  const auto& cost = response.gateway().cost();
  ASSERT_TRUE(cost.has_total_picousd()) << cost.unpriced_reason();
  EXPECT_GT(cost.total_picousd(), 0);
  EXPECT_EQ(cost.total_picousd(), PriceOf(response.completion().usage()));
  EXPECT_EQ(cost.service_tier(), "standard");
  EXPECT_FALSE(cost.price_revision().empty());
  const double counted = gateway.Metric(
      "inferwire_cost_usd_total{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"test\","
      "gen_ai_request_model=\"gpt-4.1-mini\"}");
  EXPECT_NEAR(counted, static_cast<double>(cost.total_picousd()) * 1e-12, 1e-15);
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.log().find("\"cost_picousd\":" + std::to_string(cost.total_picousd())) !=
           std::string::npos;
  }));
}

TEST(Cost, StandsOnAStreamsLastEvent) {
  Gateway gateway;
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("Say hello");
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  const StreamResult result = ReadAll(*reader);
  ASSERT_TRUE(result.status.ok());
  EXPECT_FALSE(result.events.front().started().gateway().has_cost());
  const auto& completed = result.events.back().completed();
  EXPECT_EQ(completed.gateway().cost().total_picousd(), PriceOf(completed.usage()));
}

TEST(Cost, IsSummedOverManyItems) {
  Gateway gateway;
  auto context = NewContext();
  auto stream = gateway.chat().CompleteMany(context.get());
  v1::CompleteManyRequest message;
  message.mutable_config()->set_max_in_flight(4);
  stream->Write(message);
  for (int i = 0; i < 10; ++i) {
    v1::CompleteManyRequest item;
    item.mutable_item()->set_item_id(std::to_string(i));
    // The catalogue does not have gpt-4-turbo.
    *item.mutable_item()->mutable_params() = Prompt("item", i == 3   ? "gpt-4-turbo"
                                                            : i == 4 ? "gpt-4.1-mini+status=500"
                                                                     : "gpt-4.1-mini");
    stream->Write(item);
  }
  stream->WritesDone();
  int64_t sum = 0;
  v1::CompleteManySummary summary;
  for (v1::CompleteManyResponse event; stream->Read(&event);) {
    sum += event.result().gateway().cost().total_picousd();
    if (event.has_summary()) summary = event.summary();
  }
  ASSERT_TRUE(stream->Finish().ok());
  EXPECT_GT(sum, 0);
  EXPECT_EQ(summary.cost().total_picousd(), sum);
  EXPECT_EQ(summary.succeeded(), 9);
  EXPECT_EQ(summary.unpriced(), 1);
}

TEST(Cost, SaysThatThereIsNoPrice) {
  Gateway gateway;
  v1::CompleteRequest request;
  v1::CompleteResponse response;
  *request.mutable_params() = Prompt("Say hello", "gpt-4-turbo");
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  EXPECT_FALSE(response.gateway().cost().has_total_picousd());
  EXPECT_EQ(response.gateway().cost().unpriced_reason(), "MODEL_NOT_PRICED");
  EXPECT_EQ(gateway.Metric("inferwire_unpriced_requests_total{gen_ai_operation_name=\"chat\","
                           "gen_ai_provider_name=\"test\","
                           "gen_ai_request_model=\"gpt-4-turbo\"}"),
            1);
}

TEST(Cost, FollowsACatalogueThatIsReplacedWhileTheServerRuns) {
  Gateway gateway;
  const auto yaml =
      "revision: mine\nmodels: [{id: gpt-4.1-mini, prices: {standard: {input: 1, output: 0}}}]\n";
  gateway.server().catalogue().Replace(std::get<0>(config::ParseCatalogue(yaml, "f", false)));
  v1::CompleteRequest request;
  v1::CompleteResponse response;
  *request.mutable_params() = Prompt("Say hello");
  ASSERT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
  EXPECT_EQ(response.gateway().cost().total_picousd(),
            response.completion().usage().input_tokens() * 1'000'000);
  EXPECT_EQ(response.gateway().cost().price_revision(), "mine");
}

TEST(ModelChecks, RefuseBeforeAnythingIsSent) {
  Gateway gateway;
  v1::CompleteRequest request;
  v1::CompleteResponse response;
  *request.mutable_params() = Prompt("hi");
  request.mutable_params()->set_max_completion_tokens(40'000);
  auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("gpt-4.1-mini writes at most 32768 tokens"));
  EXPECT_EQ(InfoOf(status).metadata().at("limit"), "32768");

  request.mutable_params()->clear_max_completion_tokens();
  request.mutable_params()->set_reasoning_effort("high");
  status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(InfoOf(status).reason(), "MODEL_LACKS_FEATURE");

  v1::StreamCompleteRequest stream;
  *stream.mutable_params() = request.params();
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), stream);
  EXPECT_EQ(ReadAll(*reader).status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

TEST(ModelChecks, StrictCatalogueServesNothingElse) {
  Gateway gateway([](config::Config& config) { config.catalogue.strict = true; });
  v1::CompleteRequest request;
  v1::CompleteResponse response;
  *request.mutable_params() = Prompt("hi", "gpt-4-turbo");
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InfoOf(status).reason(), "MODEL_NOT_FOUND");
  *request.mutable_params() = Prompt("hi", "gpt-4.1");
  EXPECT_TRUE(gateway.chat().Complete(NewContext().get(), request, &response).ok());
}

TEST(ModelsService, ListsGetsAndCompares) {
  Gateway gateway(
      [](config::Config& config) { config.upstreams[0].aliases["fast"] = "gpt-4.1-mini"; });
  v1::ListModelsResponse list;
  ASSERT_TRUE(gateway.models().ListModels(NewContext().get(), {}, &list).ok());
  EXPECT_THAT(list.models(),
              ::testing::Contains(::testing::Property(&v1::Model::model_id, "gpt-5")));
  v1::GetModelRequest get;
  get.set_model_id("fast");
  v1::GetModelResponse got;
  ASSERT_TRUE(gateway.models().GetModel(NewContext().get(), get, &got).ok());
  EXPECT_EQ(got.model().model_id(), "gpt-4.1-mini");
  EXPECT_EQ(got.snapshot_id(), "gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(got.model().upstream(), "test");
  v1::CompareModelsRequest compare;
  compare.add_model_ids("fast");
  compare.add_model_ids("gpt-5");
  compare.mutable_workload()->set_requests_per_month(1000);
  compare.mutable_workload()->set_input_tokens_per_request(1000);
  v1::CompareModelsResponse compared;
  ASSERT_TRUE(gateway.models().CompareModels(NewContext().get(), compare, &compared).ok());
  EXPECT_EQ(compared.workload_costs(0).monthly_microusd(), 400'000);
  EXPECT_EQ(compared.workload_costs(1).monthly_microusd(), 1'250'000);
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

TEST(ModelsService, EstimatesWithoutSending) {
  Gateway gateway;
  v1::EstimateRequest request;
  *request.mutable_params() = Prompt("Why is the sky blue?");
  request.mutable_params()->set_max_completion_tokens(100);
  v1::EstimateResponse response;
  ASSERT_TRUE(gateway.models().Estimate(NewContext().get(), request, &response).ok());
  EXPECT_GT(response.input_tokens(), 8);
  EXPECT_EQ(response.max_output_tokens(), 100);
  EXPECT_EQ(response.max_cost().total_picousd(),
            response.max_input_tokens() * 400'000 + 100 * 1'600'000);
  EXPECT_GE(response.max_input_tokens(), response.input_tokens());
  EXPECT_TRUE(response.max_cost_is_bound());
  EXPECT_EQ(response.upstream(), "test");
  EXPECT_TRUE(response.fits_context_window());
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

// In the least that the prompt can be, which needs no vocabulary.
TEST(ModelsService, RefusesAPromptThatCannotFitBeforeItIsSent) {
  Gateway gateway;
  std::string text;
  while (text.size() < 2 * 1'047'577) text += "a ";
  v1::EstimateRequest request;
  *request.mutable_params() = Prompt(text);
  v1::EstimateResponse estimate;
  ASSERT_TRUE(gateway.models().Estimate(NewContext(60s).get(), request, &estimate).ok());
  ASSERT_EQ(estimate.problems_size(), 1);
  EXPECT_EQ(estimate.problems(0).reason(), "CONTEXT_LENGTH_EXCEEDED");
  EXPECT_EQ(estimate.problems(0).field(), "params.messages");

  v1::CompleteRequest complete;
  *complete.mutable_params() = Prompt(text);
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext(60s).get(), complete, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
  EXPECT_NE(status.error_message().find("context window of 1047576"), std::string::npos)
      << status.error_message();
  EXPECT_EQ(gateway.upstream().stats().requests, 0u);
}

// A text of millions of bytes is counted in slices: another call on the same loop is not held up by
// the whole of it.
TEST(ModelsService, ServesOthersWhileItCountsALongText) {
  Gateway gateway([](config::Config& config) { config.server.loops = 1; });
  v1::EstimateRequest request;
  std::string text;
  while (text.size() < (12u << 20)) text += "counting takes a while, ";
  *request.mutable_params() = Prompt(text);
  grpc::CompletionQueue queue;
  auto context = NewContext(120s);
  auto call = gateway.models().AsyncEstimate(context.get(), request, &queue);
  v1::EstimateResponse response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  // The long text arrives first: its call has begun, or begins before the last of these.
  v1::GetModelRequest get;
  get.set_model_id("gpt-5");
  int answered = 0;
  void* tag = nullptr;
  bool ok = false;
  while (queue.AsyncNext(&tag, &ok, std::chrono::system_clock::now()) ==
         grpc::CompletionQueue::TIMEOUT) {
    v1::GetModelResponse got;
    ASSERT_TRUE(gateway.models().GetModel(NewContext().get(), get, &got).ok());
    ++answered;
  }
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_GT(response.input_tokens(), 1'000'000);
  EXPECT_FALSE(response.fits_context_window());
  EXPECT_GT(answered, 5);
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

TEST(ModelsService, ReportsErrorsLikeEveryOther) {
  Gateway gateway;
  v1::GetModelRequest get;
  get.set_model_id("nobody-knows-it");
  v1::GetModelResponse got;
  // The test's upstream serves every model; what exists is what somebody has named.
  const auto status = gateway.models().GetModel(NewContext().get(), get, &got);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  const auto info = InfoOf(status);
  EXPECT_EQ(info.domain(), "inferwire");
  EXPECT_EQ(info.reason(), "MODEL_NOT_FOUND");
  EXPECT_EQ(info.metadata().at("origin"), "caller");
}

TEST(ModelsService, ShowsWhatAnUpstreamSaysItServes) {
  Gateway gateway([](config::Config& config) {
    config.upstreams[0].discovery.emplace();
    config.upstreams[0].models = {"gpt-4.1-mini", "gpt-0"};
  });
  const std::string reads =
      "inferwire_discovery_reads_total{gen_ai_provider_name=\"test\",result=\"good\"}";
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway.Metric(reads) == 1; }));
  v1::ListModelsRequest request;
  request.set_filter("discovered=true");
  v1::ListModelsResponse list;
  ASSERT_TRUE(gateway.models().ListModels(NewContext().get(), request, &list).ok());
  ASSERT_EQ(list.listings_size(), 1);
  EXPECT_THAT(list.listings(0).unlisted_models(), ::testing::ElementsAre("gpt-0"));
  EXPECT_GT(list.listings(0).models(), 20);
  EXPECT_GT(list.listings(0).read_time().seconds(), 0);
  const auto found = std::ranges::find(list.models(), "dall-e-3", &v1::Model::model_id);
  ASSERT_NE(found, list.models().end());
  EXPECT_FALSE(found->catalogued());
  EXPECT_EQ(found->upstream(), "") << "no configuration sends it there";
  v1::GetModelRequest get;
  get.set_model_id("gpt-4.1-mini");
  v1::GetModelResponse got;
  ASSERT_TRUE(gateway.models().GetModel(NewContext().get(), get, &got).ok());
  ASSERT_EQ(got.model().listings_size(), 1);
  EXPECT_TRUE(got.model().listings(0).listed());
  EXPECT_EQ(got.model().listings(0).shutdown_date(), "2027-01-14");
  EXPECT_EQ(gateway.Metric("inferwire_discovery_unlisted_models{gen_ai_provider_name=\"test\"}"),
            1);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway.log().find("models_not_listed") != std::string::npos; }));
}

}  // namespace
}  // namespace inferwire::e2e
