// Which models there are for a caller, page by page and by name.
#include "endpoints/models/list_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalogue/ending.h"
#include "support/manual_clock.h"
#include "world.h"

namespace inferwire::endpoints {
namespace {

using ::testing::ElementsAre;

class ListModelsTest : public ::testing::Test {
 protected:
  std::vector<std::string> Ids(const v1::ListModelsResponse& response) {
    std::vector<std::string> ids;
    for (const auto& model : response.models()) ids.push_back(model.model_id());
    return ids;
  }
  Result<v1::ListModelsResponse> List(const upstream::Router& router,
                                      const tenancy::Access* access = nullptr) {
    auto page = ModelPage::Of(request, router, access);
    if (!page) return page.error();
    const auto known = router.Known();
    for (steps = 1; page->Step(*known);) ++steps;
    return page->Finish(*known);
  }
  v1::ListModelsResponse List(const v1::ListModelsRequest&) {
    auto response = List(world.router);
    EXPECT_TRUE(response.ok());
    return response ? *response : v1::ListModelsResponse();
  }

  ModelsWorld world;
  v1::ListModelsRequest request;
  int steps = 0;
};

TEST_F(ListModelsTest, ListsTheCatalogueAndWhatUpstreamsServe) {
  const auto response = List(request);
  EXPECT_THAT(Ids(response), ElementsAre("gpt-4.1", "gpt-4.1-mini", "gpt-5", "llama-3.1-8b"));
  EXPECT_EQ(response.total_size(), 4);
  EXPECT_EQ(response.next_page_token(), "");
  const auto& mini = response.models(1);
  EXPECT_TRUE(mini.catalogued());
  EXPECT_TRUE(mini.priced());
  EXPECT_EQ(mini.upstream(), "openai");
  EXPECT_THAT(mini.aliases(), ElementsAre("fast"));
  EXPECT_EQ(response.models(0).upstream(), "azure");
  const auto& llama = response.models(3);
  EXPECT_FALSE(llama.catalogued());
  EXPECT_FALSE(llama.priced());
  EXPECT_EQ(llama.upstream(), "local");
  EXPECT_FALSE(llama.has_context_window_tokens());
}

TEST_F(ListModelsTest, ForACallerThereIsOnlyWhatItMayUse) {
  const tenancy::Access access{tenancy::AccessRules{.models = {"gpt-4.1*"}}};
  const auto response = List(world.router, &access);
  ASSERT_TRUE(response.ok());
  EXPECT_THAT(Ids(*response), ElementsAre("gpt-4.1", "gpt-4.1-mini"));
  EXPECT_EQ(response->total_size(), 2);
  v1::GetModelRequest get;
  get.set_model_id("gpt-5");
  EXPECT_TRUE(GetModel(get, *world.router.Known(), world.router).ok());
  const auto hidden = GetModel(get, *world.router.Known(), world.router, &access);
  ASSERT_FALSE(hidden.ok());
  EXPECT_EQ(hidden.error().code, Code::kNotFound);
  get.set_model_id("fast");
  EXPECT_TRUE(GetModel(get, *world.router.Known(), world.router, &access).ok());
}

TEST_F(ListModelsTest, ListsWhatNoUpstreamServesWithoutOne) {
  ModelsWorld narrow(false, {"gpt-5"}, {});
  const auto response = List(narrow.router);
  ASSERT_TRUE(response.ok());
  for (const auto& model : response->models()) {
    const bool served = model.model_id() != "gpt-4.1-mini";
    EXPECT_EQ(model.upstream().empty(), !served) << model.model_id();
  }
}

TEST_F(ListModelsTest, StrictCatalogueHidesTheOthers) {
  ModelsWorld strict(true);
  const auto response = List(strict.router);
  ASSERT_TRUE(response.ok());
  EXPECT_THAT(Ids(*response), ElementsAre("gpt-4.1", "gpt-4.1-mini", "gpt-5"));
}

TEST_F(ListModelsTest, PagesHaveEveryModelOnce) {
  request.set_page_size(3);
  const auto first = List(request);
  EXPECT_EQ(first.models_size(), 3);
  EXPECT_EQ(first.total_size(), 4);
  ASSERT_NE(first.next_page_token(), "");
  request.set_page_token(first.next_page_token());
  const auto second = List(request);
  EXPECT_THAT(Ids(second), ElementsAre("llama-3.1-8b"));
  EXPECT_EQ(second.next_page_token(), "");
}

TEST_F(ListModelsTest, RefusesATokenOfAnotherQuestion) {
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token());
  request.set_order_by("model_id desc");
  auto other = List(world.router);
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().fields[0].field, "page_token");
  for (const char* token : {"x", "1-1", "-", "18446744073709551616-1"}) {
    request.set_page_token(token);
    EXPECT_FALSE(List(world.router).ok()) << token;
  }
  request.clear_page_token();
  request.set_page_size(-1);
  EXPECT_FALSE(List(world.router).ok());
}

TEST_F(ListModelsTest, FiltersAndOrders) {
  request.set_filter("features:structured_outputs AND context_window_tokens>=1000000");
  request.set_order_by("price.output desc");
  EXPECT_THAT(Ids(List(request)), ElementsAre("gpt-4.1", "gpt-4.1-mini"));
  request.set_filter("");
  request.set_order_by("price.batch.input");
  EXPECT_THAT(Ids(List(request)), ElementsAre("gpt-4.1-mini", "gpt-5", "gpt-4.1", "llama-3.1-8b"));
}

TEST_F(ListModelsTest, GoesThroughThousandsAFewInAStep) {
  std::vector<catalogue::Model> models(3000);
  for (size_t i = 0; i < models.size(); ++i) {
    models[i].id = "m" + std::to_string(1000 + i);
    models[i].max_output = static_cast<int64_t>(i % 10);
  }
  world.holder.Replace(std::make_shared<const catalogue::Catalogue>("many", std::move(models)));
  request.set_filter("max_output_tokens>=1 AND max_output_tokens<=2");
  request.set_order_by("max_output_tokens desc, model_id desc");
  request.set_page_size(2);
  const auto first = List(request);
  EXPECT_GT(steps, 30);
  EXPECT_EQ(first.total_size(), 600);
  EXPECT_THAT(Ids(first), ElementsAre("m3992", "m3982"));
  request.set_page_token(first.next_page_token());
  EXPECT_THAT(Ids(List(request)), ElementsAre("m3972", "m3962"));
  request.Clear();
  EXPECT_EQ(List(request).models_size(), kDefaultPageSize);
  EXPECT_LT(steps, 5) << "nothing has to be written to be looked at";
}

TEST_F(ListModelsTest, SaysWhenModelsEndAsOfToday) {
  ManualClock clock;
  std::vector<catalogue::Model> models(3);
  models[0].id = "first";
  models[0].shutdown_date = "2026-12-11";
  models[1].id = "second";
  models[1].shutdown_date = "2027-01-14";
  models[2].id = "stays";
  catalogue::Snapshot holder(std::make_shared<const catalogue::Catalogue>("r1", models), &clock);
  world.router.TakeModelInfoFrom(holder);
  clock.Advance(*catalogue::BeginningOf("2026-12-11") - clock.WallNow());
  request.set_filter("catalogued=true");
  request.set_order_by("shutdown_date");
  const auto response = List(request);
  ASSERT_THAT(Ids(response), ElementsAre("first", "second", "stays"));
  EXPECT_TRUE(response.models(0).ended());
  EXPECT_EQ(response.models(0).days_left(), 0);
  EXPECT_FALSE(response.models(1).ended());
  EXPECT_TRUE(response.models(1).deprecated());
  EXPECT_EQ(response.models(1).days_left(), 34);
  EXPECT_FALSE(response.models(2).has_days_left());
  EXPECT_FALSE(response.models(2).deprecated());
  request.set_filter("catalogued=true AND ended=false");
  EXPECT_THAT(Ids(List(request)), ElementsAre("second", "stays"));
  request.set_filter("shutdown_date<2027-01-01");
  EXPECT_THAT(Ids(List(request)), ElementsAre("first"));
}

TEST_F(ListModelsTest, GetResolvesEveryKindOfName) {
  const auto get = [&](const std::string& name) {
    v1::GetModelRequest get_request;
    get_request.set_model_id(name);
    auto response = GetModel(get_request, *world.router.Known(), world.router);
    return response ? response->model().model_id() + " " + response->snapshot_id()
                    : "error " + std::to_string(static_cast<int>(response.error().code));
  };
  EXPECT_EQ(get("gpt-4.1-mini"), "gpt-4.1-mini gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(get("gpt-4.1-mini-2025-04-14"), "gpt-4.1-mini gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(get("fast"), "gpt-4.1-mini gpt-4.1-mini-2025-04-14");
  EXPECT_EQ(get("small"), "llama-3.1-8b ");
  EXPECT_EQ(get("gpt-4.1"), "gpt-4.1 gpt-4.1-2025-04-14");
  EXPECT_EQ(get("never-heard-of"), "error 5");
  EXPECT_EQ(get(""), "error 3");
}

TEST(Router, KnowTheFactsOfADeploymentByTheNameThatWasAskedFor) {
  ModelsWorld world;
  auto route = world.router.ForModel("gpt-4.1");
  ASSERT_TRUE(route.ok());
  EXPECT_EQ(route->model, "my-deployment");
  ASSERT_TRUE(route->model_info);
  EXPECT_EQ(route->model_info->id, "gpt-4.1");
}

TEST(Router, ServeWhatIsNotCataloguedUnlessTheCatalogueIsStrict) {
  ModelsWorld open, strict(true);
  auto route = open.router.ForModel("anything");
  ASSERT_TRUE(route.ok());
  EXPECT_FALSE(route->model_info);
  auto refused = strict.router.ForModel("anything");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason, v1::ERROR_REASON_MODEL_NOT_FOUND);
  EXPECT_EQ(refused.error().resource->name, "anything");
  EXPECT_TRUE(strict.router.ForModel("fast").ok());
}

// UPSTREAM/NAME, with ! before what the upstream does not list.
std::vector<std::string> ListingsOf(const v1::Model& model) {
  std::vector<std::string> texts;
  for (const auto& each : model.listings()) {
    texts.push_back((each.listed() ? "" : "!") + each.upstream() + "/" + each.name());
  }
  return texts;
}

TEST_F(ListModelsTest, ShowsWhatUpstreamsServeBesideWhatIsKnown) {
  const auto end = catalogue::BeginningOf("2027-01-14");
  world.Lists("openai", {.models = {{"gpt-4.1-mini", {.ends = end, .replacement = "gpt-5-mini"}},
                                    {"gpt-4.1-mini-2025-04-14", {}},
                                    {"gpt-5", {}},
                                    {"gpt-7", {}}}});
  world.Lists("local", {.models = {{"mistral:7b", {}}}});
  const auto response = List(request);
  EXPECT_THAT(Ids(response), ElementsAre("gpt-4.1", "gpt-4.1-mini", "gpt-5", "gpt-7",
                                         "llama-3.1-8b", "mistral:7b"));
  EXPECT_THAT(ListingsOf(response.models(0)), ElementsAre()) << "its place is not asked";
  EXPECT_THAT(ListingsOf(response.models(1)), ElementsAre("openai/gpt-4.1-mini"));
  EXPECT_EQ(response.models(1).listings(0).shutdown_date(), "2027-01-14");
  EXPECT_EQ(response.models(1).shutdown_date(), "2027-01-14");
  EXPECT_FALSE(response.models(1).discovered());
  EXPECT_THAT(ListingsOf(response.models(3)), ElementsAre("openai/gpt-7"));
  EXPECT_TRUE(response.models(3).discovered());
  EXPECT_FALSE(response.models(3).catalogued());
  EXPECT_EQ(response.models(3).upstream(), "openai") << "it serves any model";
  EXPECT_THAT(ListingsOf(response.models(4)), ElementsAre("!local/llama-3.1-8b"));
  EXPECT_TRUE(response.models(5).discovered());

  ASSERT_EQ(response.listings_size(), 3);
  EXPECT_EQ(response.listings(0).upstream(), "openai");
  EXPECT_EQ(response.listings(0).models(), 4);
  EXPECT_EQ(response.listings(0).read_time().seconds(), 1'700'000'000);
  EXPECT_THAT(response.listings(0).unlisted_models(), ElementsAre());
  EXPECT_THAT(response.listings(1).unlisted_models(), ElementsAre("llama-3.1-8b"));
  EXPECT_FALSE(response.listings(2).has_read_time());
}

TEST_F(ListModelsTest, AnOldListIsShownWithWhyThereIsNoNewOne) {
  world.Lists("openai", {.models = {{"gpt-5", {}}}});
  world.router.Find("openai")->options().listing->Failed(v1::ERROR_REASON_UPSTREAM_TIMEOUT);
  const auto response = List(request);
  EXPECT_EQ(response.listings(0).failure(), "UPSTREAM_TIMEOUT");
  EXPECT_EQ(response.listings(0).models(), 1);
  EXPECT_THAT(ListingsOf(response.models(2)), ElementsAre("openai/gpt-5"));
}

TEST_F(ListModelsTest, DiscoveredModelsCanBeLeftOutAndAreForThoseWhoMayUseThem) {
  world.Lists("openai", {.models = {{"gpt-7", {}}}});
  request.set_filter("discovered=false");
  EXPECT_THAT(Ids(List(request)), ElementsAre("gpt-4.1", "gpt-4.1-mini", "gpt-5", "llama-3.1-8b"));
  request.set_filter("discovered=true");
  EXPECT_THAT(Ids(List(request)), ElementsAre("gpt-7"));
  const tenancy::Access access{tenancy::AccessRules{.models = {"gpt-4.1*"}}};
  const auto response = List(world.router, &access);
  ASSERT_TRUE(response.ok());
  EXPECT_THAT(Ids(*response), ElementsAre());
  v1::GetModelRequest get;
  get.set_model_id("gpt-7");
  const auto found = GetModel(get, *world.router.Known(), world.router);
  ASSERT_TRUE(found.ok());
  EXPECT_TRUE(found->model().discovered());
  EXPECT_FALSE(GetModel(get, *world.router.Known(), world.router, &access).ok());
}

TEST_F(ListModelsTest, AStrictCatalogueHasNoDiscoveredModels) {
  ModelsWorld strict(true);
  strict.Lists("openai", {.models = {{"gpt-7", {}}}});
  const auto response = List(strict.router);
  ASSERT_TRUE(response.ok());
  EXPECT_THAT(Ids(*response), ElementsAre("gpt-4.1", "gpt-4.1-mini", "gpt-5"));
}

}  // namespace
}  // namespace inferwire::endpoints
