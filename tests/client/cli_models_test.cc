// inferwire models.
#include "client/cli_fixture.h"

namespace inferwire {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class CliModels : public testing_support::CliTest {
 protected:
  static v1::Model Model(const std::string& id, int64_t input_price) {
    v1::Model model;
    model.set_model_id(id);
    model.set_upstream("openai");
    model.set_context_window_tokens(1'047'576);
    auto& price = *model.add_prices();
    price.set_service_tier("standard");
    price.set_kind("input");
    price.set_micro_usd_per_million_tokens(input_price);
    return model;
  }
};

TEST_F(CliModels, ListsEveryPageAsOneTable) {
  std::vector<v1::ListModelsRequest> asked;
  gateway_.on_list_models = [&](const auto& request, auto& response) {
    asked.push_back(request);
    const bool first = request.page_token().empty();
    *response.add_models() = first ? Model("one", 400'000) : Model("two", 65'000);
    if (first) response.set_next_page_token("more");
    return grpc::Status::OK;
  };
  const auto done = Run({"models"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("one    openai    1,047,576  -           0.40"));
  EXPECT_THAT(done.out, HasSubstr("two    openai    1,047,576  -           0.065"));
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[1].page_token(), "more");
  const auto json =
      Parse(Run({"models", "ls", "--filter", "a=b", "--order-by", "c", "--json"}).out);
  EXPECT_EQ(json["models"].size(), 2u);
  EXPECT_EQ(asked.back().filter(), "a=b");
  EXPECT_EQ(asked.back().order_by(), "c");
}

TEST_F(CliModels, ShowsOne) {
  gateway_.on_get_model = [&](const auto& request, auto& response) {
    *response.mutable_model() = Model(request.model_id(), 400'000);
    (*response.mutable_model()->mutable_features())["distillation"] = false;
    response.set_snapshot_id("one-2025");
    return grpc::Status::OK;
  };
  const auto done = Run({"models", "show", "one"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("current snapshot      one-2025"));
  EXPECT_THAT(done.out, HasSubstr("price standard input  USD 0.40 per million tokens"));
  EXPECT_THAT(done.out, HasSubstr("no features           distillation"));
  EXPECT_EQ(Run({"models", "show"}).exit_code, 2);
}

TEST_F(CliModels, ComparesWithAWorkload) {
  v1::CompareModelsRequest asked;
  gateway_.on_compare_models = [&](const auto& request, auto& response) {
    asked = request;
    for (const auto& id : request.model_ids()) *response.add_models() = Model(id, 1);
    auto& row = *response.add_rows();
    row.set_attribute("max_output_tokens");
    row.add_values("32768");
    row.add_values("");
    row.set_differs(true);
    response.add_workload_costs()->set_monthly_microusd(1'234'567'890'000);
    response.add_workload_costs()->set_unpriced_reason("MODEL_NOT_PRICED");
    return grpc::Status::OK;
  };
  const auto done = Run({"models", "compare", "a", "b", "--requests", "1000", "--input", "7",
                         "--cached", "5", "--output", "3", "--batch", "50"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("*  max_output_tokens        32,768"));
  EXPECT_THAT(done.out, HasSubstr("USD 1,234,567.89  MODEL_NOT_PRICED"));
  EXPECT_EQ(asked.workload().requests_per_month(), 1000);
  EXPECT_EQ(asked.workload().cached_input_tokens_per_request(), 5);
  EXPECT_EQ(asked.workload().batch_percent(), 50);
  EXPECT_EQ(Run({"models", "compare", "a"}).exit_code, 2);
  EXPECT_EQ(Run({"models", "compare", "a", "b", "--input", "7"}).exit_code, 2);
}

TEST_F(CliModels, EstimatesAPrompt) {
  v1::EstimateRequest asked;
  gateway_.on_estimate = [&](const auto& request, auto& response) {
    asked = request;
    response.set_model_id("gpt-4.1");
    response.set_input_tokens(1234);
    response.set_count_method(v1::TOKEN_COUNT_METHOD_EXACT);
    response.set_tokenizer("o200k_base");
    response.mutable_input_cost()->set_total_picousd(19'600'000);
    response.mutable_max_cost()->set_unpriced_reason("OUTPUT_NOT_LIMITED");
    response.add_problems()->set_description("is too much");
    return grpc::Status::OK;
  };
  const auto done = Run(
      {"models", "estimate", "--model", "gpt-4.1", "--max-tokens", "9", "--batch", "Why", "not?"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("1,234 (exact, o200k_base)"));
  EXPECT_THAT(done.out, HasSubstr("USD 0.0000196\n"));
  EXPECT_THAT(done.out, HasSubstr("OUTPUT_NOT_LIMITED"));
  EXPECT_THAT(done.out, HasSubstr("cost, without a bound"));
  EXPECT_THAT(done.out, Not(HasSubstr("cost at most")));
  EXPECT_THAT(done.out, HasSubstr("WOULD BE REFUSED"));
  EXPECT_EQ(asked.params().messages(0).content(), "Why not?");
  EXPECT_TRUE(asked.batch());
  EXPECT_EQ(
      Run({"estimate", "--model", "gpt-4.1", "--max-tokens", "9", "--batch", "Why", "not?"}).out,
      done.out);
}

TEST_F(CliModels, CallsACostABoundOnlyIfItIsOne) {
  gateway_.on_estimate = [&](const auto&, auto& response) {
    response.mutable_max_cost()->set_total_picousd(19'600'000);
    response.set_max_cost_is_bound(true);
    return grpc::Status::OK;
  };
  const auto done = Run({"models", "estimate", "--model", "gpt-4.1", "Why?"});
  EXPECT_THAT(done.out, HasSubstr("cost at most"));
  EXPECT_THAT(done.out, Not(HasSubstr("without a bound")));
}

TEST_F(CliModels, CostStandsOnTheUsageLine) {
  gateway_.on_complete = [](auto&, const auto&, auto& response) {
    *response.mutable_completion() = testing_support::Completion("yes");
    response.mutable_gateway()->mutable_cost()->set_total_picousd(1'600'000);
    return grpc::Status::OK;
  };
  EXPECT_THAT(Run({"complete", "--no-stream", "hi"}).err, HasSubstr("USD 0.0000016"));
  EchoUnary();
  EXPECT_THAT(Run({"complete", "--no-stream", "hi"}).err, Not(HasSubstr("USD")));
}

TEST_F(CliModels, ShowsWhatRetiresAndWhoCallsIt) {
  gateway_.on_list_models = [&](const auto& request, auto& response) {
    EXPECT_EQ(request.filter(), "days_left<=60");
    EXPECT_EQ(request.order_by(), "shutdown_date");
    for (const char* id : {"old", "older"}) {
      v1::Model& model = *response.add_models();
      model = Model(id, 1);
      model.add_snapshots(std::string(id) + "-2025");
      model.set_shutdown_date("2027-01-14");
      model.set_days_left(45);
      model.set_replacement_model_id("new");
    }
    response.mutable_models(1)->set_ended(true);
    return grpc::Status::OK;
  };
  gateway_.on_query_usage = [&](const auto& request, auto& response) {
    EXPECT_EQ(request.group_by_size(), 3);
    const auto add = [&](const char* model, const char* tenant, const char* team, int64_t calls) {
      v1::UsageRow& row = *response.add_rows();
      row.mutable_scope()->set_model_id(model);
      row.mutable_scope()->set_tenant_id(tenant);
      row.mutable_scope()->set_team_id(team);
      row.set_calls(calls);
    };
    add("old", "acme", "search", 1'200);
    add("old-2025", "acme", "search", 34);
    add("old", "beta", "", 3);
    add("other", "beta", "", 9);
    return grpc::Status::OK;
  };
  const auto done = Run({"models", "retiring", "--within", "60"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("old    openai    2027-01-14  45         new          "
                                  "acme/search (1,234), beta (3)"));
  EXPECT_THAT(done.out, HasSubstr("older  openai    2027-01-14  ended      new          -"));
  EXPECT_EQ(Run({"models", "retiring", "--within", "-1"}).exit_code, 2);
}

TEST_F(CliModels, ShowsWhatRetiresWhereNobodyKnowsWhoCalls) {
  gateway_.on_list_models = [&](const auto&, auto& response) {
    *response.add_models() = Model("old", 1);
    response.mutable_models(0)->set_shutdown_date("2027-01-14");
    response.mutable_models(0)->set_days_left(1'045);
    return grpc::Status::OK;
  };
  gateway_.on_query_usage = [](const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "there is no ledger");
  };
  const auto done = Run({"models", "retiring"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("old    openai    2027-01-14  1,045      -"));
  EXPECT_THAT(done.out, Not(HasSubstr("30 days")));
  EXPECT_THAT(done.err, HasSubstr("who calls them is not known: there is no ledger"));
}

TEST_F(CliModels, ComparesWithSeparatorsToo) {
  gateway_.on_compare_models = [&](const auto&, auto& response) {
    for (const char* id : {"one", "two"}) response.add_models()->set_model_id(id);
    v1::ComparisonRow& row = *response.add_rows();
    row.set_attribute("context_window_tokens");
    row.add_values("1047576");
    row.add_values("128000");
    return grpc::Status::OK;
  };
  const auto done = Run({"models", "compare", "one", "two"});
  EXPECT_THAT(done.out, HasSubstr("context_window_tokens  1,047,576  128,000"));
}

TEST_F(CliModels, ComparesTheWaysOfALoad) {
  v1::CompareModelsRequest asked;
  gateway_.on_compare_models = [&](const auto& request, auto& response) {
    asked = request;
    for (const auto& id : request.model_ids()) *response.add_models() = Model(id, 1);
    const auto add = [](v1::WorkloadCost & cost, const char* tier, int64_t microusd) -> auto& {
      v1::WorkloadWay& way = *cost.add_ways();
      way.mutable_way()->set_service_tier(tier);
      way.set_monthly_microusd(microusd);
      return *way.mutable_way();
    };
    v1::WorkloadCost& a = *response.add_workload_costs();
    a.set_monthly_microusd(1'500'000'000);
    add(a, "standard", 1'500'000'000).set_cheapest(true);
    add(a, "batch", 750'000'000).set_meets_deadline(false);
    v1::WorkloadCost& b = *response.add_workload_costs();
    b.set_monthly_microusd(2'000'000);
    add(b, "flex", 1'000'000);
    return grpc::Status::OK;
  };
  const auto done =
      Run({"models", "compare", "a", "b", "--requests", "1000", "--deadline", "3600"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(asked.workload().deadline().seconds(), 3600);
  EXPECT_THAT(done.out, ContainsRegex("all of it by standard +USD 1,500.00 <- cheapest  -"));
  EXPECT_THAT(done.out, ContainsRegex("all of it by batch +USD 750.00 TOO LATE"));
  EXPECT_THAT(done.out, ContainsRegex("all of it by flex +- +USD 1.00"));
  EXPECT_EQ(Run({"models", "compare", "a", "b", "--deadline", "9"}).exit_code, 2);
}

TEST_F(CliModels, SaysWhatUpstreamsList) {
  gateway_.on_list_models = [](const auto&, auto& response) {
    auto& missing = *response.add_models() = Model("one", 400'000);
    missing.add_listings()->set_upstream("openai");
    auto& new_one = *response.add_models() = Model("gpt-7", 400'000);
    new_one.set_discovered(true);
    auto& openai = *response.add_listings();
    openai.set_upstream("openai");
    openai.mutable_read_time()->set_seconds(1'800'000'000);
    openai.set_models(1234);
    openai.add_unlisted_models("one");
    auto& local = *response.add_listings();
    local.set_upstream("local");
    local.set_failure("UPSTREAM_TIMEOUT");
    return grpc::Status::OK;
  };
  const auto done = Run({"models"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, ContainsRegex("one .*not listed by openai"));
  EXPECT_THAT(done.out, ContainsRegex("gpt-7 .*only listed"));
  EXPECT_THAT(done.out, HasSubstr("openai lists 1,234 models (2027-01-15T08:00:00Z); not among "
                                  "them: one\n"));
  EXPECT_THAT(done.out,
              HasSubstr("local has not said what it serves; asked again: UPSTREAM_TIMEOUT\n"));

  gateway_.on_get_model = [](const auto& request, auto& response) {
    auto& model = *response.mutable_model() = Model(request.model_id(), 400'000);
    auto& listed = *model.add_listings();
    listed.set_upstream("openai");
    listed.set_name("one");
    listed.set_listed(true);
    listed.set_shutdown_date("2027-01-14");
    auto& missing = *model.add_listings();
    missing.set_upstream("azure");
    missing.set_name("deployment");
    return grpc::Status::OK;
  };
  const auto shown = Run({"models", "show", "one"});
  EXPECT_THAT(shown.out, ContainsRegex("listed by +openai as one, until 2027-01-14"));
  EXPECT_THAT(shown.out, ContainsRegex("NOT listed by +azure as deployment"));
}

}  // namespace
}  // namespace inferwire
