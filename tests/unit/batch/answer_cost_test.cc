// A usage costs the same, to the pico-dollar and in each part, whether it comes in a call, a
// stream, an upstream's batch or one that the gateway works off; and sums say what they leave out.
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "batch/answer_line.h"
#include "codec/decode.h"
#include "endpoints/batches/view.h"
#include "openai/answer_usage.h"

namespace inferwire::batch {
namespace {

constexpr std::string_view kEndpoint = "/v1/chat/completions";

std::shared_ptr<const catalogue::Catalogue> Prices() {
  catalogue::Model model;
  model.id = "m";
  model.prices.push_back({"standard", 1'000'000, 100'000, 10'000'000, 1'250'000});
  model.prices.push_back({"priority", 1'750'000, 175'000, 17'500'000});
  model.prices.push_back({"batch", 500'000, std::nullopt, 5'000'000});
  return std::make_shared<const catalogue::Catalogue>("r-1", std::vector{model});
}

class AnswerCost : public ::testing::Test {
 protected:
  v1::Cost Of(const openai::AnswerUsage& usage) const {
    v1::Cost cost;
    catalogue::FillCost(openai::PriceAnswer(usage, prices.get(), {prices->Find("m"), "m"}), cost);
    return cost;
  }
  v1::Cost OfCall(const std::string& body) const {
    v1::ChatCompletion completion;
    EXPECT_TRUE(codec::FromJson(body, completion));
    openai::AnswerUsage usage;
    usage.See(completion);
    return Of(usage);
  }
  v1::Cost OfStream(const std::string& body) const {
    v1::ChatCompletionChunk chunk;
    EXPECT_TRUE(codec::FromJson(body, chunk));
    openai::AnswerUsage usage;
    usage.See(chunk);
    return Of(usage);
  }
  Pricing PricingBy(std::string_view tier) const { return {prices, prices->Find("m"), "m", tier}; }
  store::NewResult Upstreams(const std::string& body, std::string_view tier) const {
    const std::string line =
        R"({"custom_id":"a","response":{"status_code":200,"body":)" + body + "}}";
    return *ReadAnswerLine(line, kEndpoint, {}, PricingBy(tier), WallTime(), {});
  }
  store::NewResult Local(const std::string& body) const {
    return ResultOfBody("a", body, kEndpoint, {}, PricingBy(catalogue::kStandardTier), WallTime(),
                        {});
  }
  static v1::Cost Parsed(const std::string& cost) {
    v1::Cost parsed;
    EXPECT_TRUE(parsed.ParseFromString(cost));
    return parsed;
  }

  const std::shared_ptr<const catalogue::Catalogue> prices = Prices();
};

TEST_F(AnswerCost, IsTheSameByEveryWay) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("usage":{"prompt_tokens":60,"completion_tokens":50,"total_tokens":110})", "560000000"},
      {R"("usage":{"prompt_tokens":60,"completion_tokens":50,"total_tokens":190,"completion_tokens_details":{"reasoning_tokens":80}})",
       "1360000000"},
      {R"("usage":{"prompt_tokens":60,"completion_tokens":950,"completion_tokens_details":{"audio_tokens":900}})",
       "MODALITY_NOT_PRICED"},
      {R"("usage":{"completion_tokens":50})", "USAGE_NOT_REPORTED"},
      {R"("usage":null)", "USAGE_NOT_REPORTED"},
      {R"("usage":{"prompt_tokens":"60","completion_tokens":"50"})", "USAGE_NOT_REPORTED"},
      {R"("usage":{"prompt_tokens":1000.0,"completion_tokens":2.0})", "1020000000"},
      {R"("usage":{"prompt_tokens":1000,"completion_tokens":2,"num_cached_tokens":900})",
       "210000000"},
      {R"("usage":{"prompt_tokens":1000,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":600,"cache_write_tokens":300}})",
       "555000000"},
      {R"("usage":{"prompt_tokens":5,"completion_tokens":2,"total_tokens":30})",
       "USAGE_CONTRADICTORY"},
      {R"("service_tier":"priority","usage":{"prompt_tokens":60,"completion_tokens":50})",
       "980000000"},
      {R"("service_tier":"flex","usage":{"prompt_tokens":60,"completion_tokens":50})",
       "SERVICE_TIER_NOT_PRICED"},
      {R"("service_tier":"on_demand","usage":{"prompt_tokens":60,"completion_tokens":50,"cost":0.00056})",
       "560000000"},
      {R"("x_groq":{"usage":{"prompt_tokens":60,"completion_tokens":50}})", "560000000"},
      {R"("choices":[{"finish_reason":"stop","usage":{"prompt_tokens":60,"completion_tokens":50}}])",
       "560000000"},
  };
  using google::protobuf::util::MessageDifferencer;
  for (const auto& [members, price] : cases) {
    const std::string body = std::string(R"({"id":"c",)") + members + "}";
    const v1::Cost call = OfCall(body);
    EXPECT_EQ(
        call.has_total_picousd() ? std::to_string(call.total_picousd()) : call.unpriced_reason(),
        price)
        << body;
    for (const v1::Cost& other :
         {OfStream(body), Parsed(Upstreams(body, catalogue::kStandardTier).cost),
          Parsed(Local(body).cost)}) {
      EXPECT_TRUE(MessageDifferencer::Equals(other, call))
          << body << ": " << other.ShortDebugString() << " and " << call.ShortDebugString();
    }
  }
}

TEST_F(AnswerCost, OfAnUpstreamsBatchIsTheBatchPriceUnlessTheAnswerStatesATier) {
  const auto cost = [&](const std::string& tier) {
    return Parsed(Upstreams(R"({"service_tier":")" + tier +
                                R"(","usage":{"prompt_tokens":60,"completion_tokens":50}})",
                            catalogue::kBatchTier)
                      .cost);
  };
  EXPECT_EQ(cost("default").total_picousd(), 280'000'000);
  EXPECT_EQ(cost("default").service_tier(), "batch");
  EXPECT_EQ(cost("priority").total_picousd(), 980'000'000);
  EXPECT_EQ(cost("flex").unpriced_reason(), "SERVICE_TIER_NOT_PRICED");
}

TEST_F(AnswerCost, SumsSayWhatTheyLeaveOut) {
  store::Job job;
  job.shards.resize(2);
  const char* const bodies[] = {R"({"usage":{"prompt_tokens":60,"completion_tokens":50}})",
                                R"({"id":"c","usage":null})",
                                R"({"model":"claude-3","usage":null})"};
  for (store::Shard& shard : job.shards) {
    for (const char* body : bodies) {
      const store::NewResult result = Local(body);
      AddCost(result.cost, shard.cost);
      ++shard.usage.answers;
    }
  }
  const v1::Batch batch = endpoints::ToProto(job, {});
  for (const v1::BatchShard& shard : batch.shards()) {
    EXPECT_EQ(shard.cost().total_picousd(), 560'000'000);
    EXPECT_EQ(shard.cost().unpriced_items().at("USAGE_NOT_REPORTED"), 2);
  }
  EXPECT_EQ(batch.cost().total_picousd(), 1'120'000'000);
  EXPECT_EQ(batch.cost().output_picousd(), 1'000'000'000);
  EXPECT_EQ(batch.cost().service_tier(), "standard");
  EXPECT_EQ(batch.cost().price_revision(), "r-1");
  EXPECT_EQ(batch.cost().unpriced_items().at("USAGE_NOT_REPORTED"), 4);
}

TEST_F(AnswerCost, StoredBeforeItsPartsWereKeptIsStillShown) {
  store::Job job;
  job.shards.resize(1);
  job.shards[0].usage.answers = 3;
  job.shards[0].usage.picousd = 7;
  job.shards[0].usage.unpriced = 1;
  const v1::Batch batch = endpoints::ToProto(job, {});
  EXPECT_EQ(batch.cost().total_picousd(), 7);
  EXPECT_EQ(batch.cost().unpriced_items().at("MODEL_NOT_PRICED"), 1);
  store::StoredResult stored;
  stored.outcome = store::ItemOutcome::kSucceeded;
  stored.body = "{}";
  stored.picousd = 7;
  v1::BatchResult result;
  ASSERT_TRUE(endpoints::ToProto(stored, std::string(kEndpoint), {}, result));
  EXPECT_EQ(result.cost().total_picousd(), 7);
}

}  // namespace
}  // namespace inferwire::batch
