// Models side by side, and what a month costs on each of them.
#include "endpoints/models/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world.h"

namespace inferwire::endpoints {
namespace {

using ::testing::ElementsAre;

class CompareModelsTest : public ::testing::Test {
 protected:
  v1::CompareModelsResponse Compare() {
    auto response = CompareModels(request, *world.router.Known(), world.router);
    EXPECT_TRUE(response.ok());
    return response ? *response : v1::CompareModelsResponse();
  }
  std::string RefusedField() {
    auto response = CompareModels(request, *world.router.Known(), world.router);
    return response ? "" : response.error().fields.at(0).field;
  }
  v1::Workload& Load(int64_t requests, int64_t input, int64_t cached, int64_t output) {
    auto& load = *request.mutable_workload();
    load.set_requests_per_month(requests);
    load.set_input_tokens_per_request(input);
    load.set_cached_input_tokens_per_request(cached);
    load.set_output_tokens_per_request(output);
    return load;
  }
  void Ask(std::initializer_list<const char*> models) {
    for (const char* model : models) request.add_model_ids(model);
  }

  ModelsWorld world;
  v1::CompareModelsRequest request;
};

TEST_F(CompareModelsTest, MarksWhatDiffers) {
  Ask({"gpt-4.1-mini", "gpt-4.1", "gpt-5"});
  const auto response = Compare();
  ASSERT_EQ(response.models_size(), 3);
  std::map<std::string, v1::ComparisonRow> rows;
  for (const auto& row : response.rows()) {
    EXPECT_EQ(row.values_size(), 3) << row.attribute();
    EXPECT_TRUE(rows.emplace(row.attribute(), row).second) << row.attribute();
  }
  EXPECT_THAT(rows["price.standard.input"].values(),
              ElementsAre("USD 0.40", "USD 2.00", "USD 1.25"));
  EXPECT_TRUE(rows["price.standard.input"].differs());
  EXPECT_THAT(rows["price.batch.cached_input"].values(), ElementsAre("", "", "USD 0.0625"));
  EXPECT_THAT(rows["context_window_tokens"].values(), ElementsAre("1047576", "1047576", "400000"));
  EXPECT_THAT(rows["feature.reasoning"].values(), ElementsAre("no", "no", "yes"));
  EXPECT_FALSE(rows["feature.streaming"].differs());
  EXPECT_THAT(rows["feature.predicted_outputs"].values(), ElementsAre("yes", "yes", ""));
  EXPECT_TRUE(rows["feature.predicted_outputs"].differs());
  EXPECT_THAT(rows["limit.tier-1.tokens_per_minute"].values(),
              ElementsAre("200000", "30000", "500000"));
  EXPECT_THAT(rows["limit.tier-1.batch_queue_tokens"].values(), ElementsAre("2000000", "", ""));
  EXPECT_EQ(response.workload_costs_size(), 0);
}

TEST_F(CompareModelsTest, PricesAMonthToTheMicroUsd) {
  Ask({"gpt-4.1-mini", "gpt-4.1", "gpt-5", "llama-3.1-8b"});
  // A million requests of 1,000 + 200 tokens, 400 of them cached; a quarter in batches.
  Load(1'000'000, 1000, 400, 200).set_batch_percent(25);
  const auto response = Compare();
  ASSERT_EQ(response.workload_costs_size(), 4);
  // gpt-4.1-mini: 600 x 0.40 + 400 x 0.10 + 200 x 1.60 USD per million requests' tokens = USD 600;
  // in batches 1,000 x 0.20 + 200 x 0.80 = USD 360.
  EXPECT_EQ(response.workload_costs(0).standard_microusd(), 450'000'000);
  EXPECT_EQ(response.workload_costs(0).batch_microusd(), 90'000'000);
  EXPECT_EQ(response.workload_costs(0).monthly_microusd(), 540'000'000);
  EXPECT_EQ(response.workload_costs(1).monthly_microusd(), 2'700'000'000);
  // gpt-5: 600 x 1.25 + 400 x 0.125 + 200 x 10 = USD 2,800; x 0.875.
  EXPECT_EQ(response.workload_costs(2).monthly_microusd(), 2'450'000'000);
  EXPECT_FALSE(response.workload_costs(3).has_monthly_microusd());
  EXPECT_EQ(response.workload_costs(3).unpriced_reason(), "MODEL_NOT_PRICED");
}

TEST_F(CompareModelsTest, ShowsALoadByEveryPriceListAndTheCheapestInTime) {
  Ask({"gpt-4.1-mini", "gpt-5"});
  auto& load = Load(1'000'000, 1000, 0, 200);
  load.mutable_deadline()->set_seconds(60);
  const auto cheapest = [&] {
    const auto response = Compare();
    for (const auto& each : response.workload_costs(0).ways()) {
      if (each.way().cheapest()) return each.way().service_tier();
    }
    return std::string("none");
  };
  const auto ways = Compare().workload_costs(0).ways();
  ASSERT_EQ(ways.size(), 3);
  EXPECT_EQ(ways[0].monthly_microusd(), 720'000'000);
  EXPECT_EQ(ways[1].monthly_microusd(), 360'000'000);
  EXPECT_EQ(cheapest(), "standard");
  load.clear_deadline();
  EXPECT_EQ(cheapest(), "batch");
  load.mutable_deadline()->set_seconds(-1);
  EXPECT_EQ(RefusedField(), "workload.deadline");
}

TEST_F(CompareModelsTest, RoundsHalfUpAndBatchesWholeRequestsOnly) {
  v1::Workload load;
  load.set_requests_per_month(3);
  load.set_input_tokens_per_request(1);
  load.set_batch_percent(50);  // one of three
  catalogue::Model model;
  model.prices = {{"standard", 500'000, std::nullopt, 0}, {"batch", 250'000, std::nullopt, 0}};
  const auto cost = PriceWorkload(&model, load);
  EXPECT_EQ(cost.standard_microusd(), 1);
  EXPECT_EQ(cost.batch_microusd(), 0);
  EXPECT_EQ(cost.monthly_microusd(), 1);  // 1.25
  model.prices.pop_back();
  EXPECT_EQ(PriceWorkload(&model, load).unpriced_reason(), "SERVICE_TIER_NOT_PRICED");
}

TEST_F(CompareModelsTest, TheLargestLoadEndsInAnAnswer) {
  Ask({"gpt-5", "gpt-4.1"});
  Load(1'000'000'000'000, 1'000'000'000, 0, 1'000'000'000).set_batch_percent(100);
  EXPECT_EQ(Compare().workload_costs(0).unpriced_reason(), "TOO_LARGE");
  Load(1'000'000'000'000, 100'000, 0, 0).set_batch_percent(0);
  EXPECT_EQ(Compare().workload_costs(0).monthly_microusd(), 125'000'000'000'000'000);
}

TEST_F(CompareModelsTest, RefusesWhatCannotBeCompared) {
  Ask({"gpt-5"});
  EXPECT_EQ(RefusedField(), "model_ids");
  Ask({"nobody-knows-it"});
  EXPECT_EQ(RefusedField(), "model_ids[1]");
  request.set_model_ids(1, "gpt-4.1");
  EXPECT_EQ(RefusedField(), "");
  Load(1, 10, 11, 0);
  EXPECT_EQ(RefusedField(), "workload.cached_input_tokens_per_request");
  Load(-1, 0, 0, 0);
  EXPECT_EQ(RefusedField(), "workload.requests_per_month");
  Load(1, 1, 0, 1).set_batch_percent(101);
  EXPECT_EQ(RefusedField(), "workload.batch_percent");
  for (int i = 0; i < 9; ++i) Ask({"gpt-5"});
  EXPECT_EQ(RefusedField(), "model_ids");
}

}  // namespace
}  // namespace inferwire::endpoints
