// What filters and orders mean, and what is none.
#include "endpoints/models/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace inferwire::endpoints {
namespace {

v1::Model Sample() {
  v1::Model model;
  model.set_model_id("m");
  model.set_display_name("Big model");
  model.set_priced(true);
  model.set_context_window_tokens(1000);
  model.add_input_modalities("text");
  (*model.mutable_features())["streaming"] = true;
  (*model.mutable_features())["distillation"] = false;
  (*model.mutable_ratings())["speed"] = "fast";
  auto& price = *model.add_prices();
  price.set_service_tier("standard");
  price.set_kind("input");
  price.set_micro_usd_per_million_tokens(400'000);
  return model;
}

TEST(Filter, MeansWhatItSays) {
  const v1::Model model = Sample();
  const std::pair<const char*, bool> cases[] = {
      {"", true},
      {"   ", true},
      {"model_id=m", true},
      {"model_id = m", true},
      {"model_id!=m", false},
      {"display_name=\"Big model\"", true},
      {"priced=true", true},
      {"priced=false", false},
      {"context_window_tokens>=1000", true},
      {"context_window_tokens>1000", false},
      {"context_window_tokens<=1000 AND context_window_tokens<1001", true},
      {"max_output_tokens>0", false},  // not known
      {"max_output_tokens!=5", true},  // not known, so not 5
      {"features:streaming", true},
      {"features:distillation", false},  // known not to be
      {"features:vision", false},
      {"ratings:speed", true},
      {"input_modalities:text", true},
      {"input_modalities:image", false},
      {"price.input<500000", true},
      {"price.standard.input=400000", true},
      {"price.batch.input>0", false},
      {"model_id=m AND priced=true AND features:streaming", true},
      {"model_id=m AND priced=false", false},
  };
  for (const auto& [text, matches] : cases) {
    auto filter = ParseFilter(text);
    ASSERT_TRUE(filter.ok()) << text << ": " << filter.error().message;
    EXPECT_EQ(Matches(*filter, model), matches) << text;
  }
}

TEST(Filter, ComparesDates) {
  v1::Model ends = Sample(), stays = Sample();
  ends.set_shutdown_date("2027-01-14");
  ends.set_days_left(30);
  const auto matches = [](const std::string& text, const v1::Model& model) {
    const auto filter = ParseFilter(text);
    EXPECT_TRUE(filter.ok()) << text;
    return filter.ok() && Matches(*filter, model);
  };
  for (const char* text : {"shutdown_date<2027-02-01", "shutdown_date<=2027-01-14",
                           "shutdown_date>2026-12-31", "shutdown_date!=2027-01-15", "days_left<=60",
                           "ended=false", "shutdown_date=\"2027-01-14\""}) {
    EXPECT_TRUE(matches(text, ends)) << text;
  }
  for (const char* text : {"shutdown_date<2027-01-14", "shutdown_date>2027-01-14"}) {
    EXPECT_FALSE(matches(text, ends)) << text;
  }
  for (const char* text :
       {"shutdown_date<2199-12-31", "shutdown_date>1970-01-01", "days_left<60", "ended=true"}) {
    EXPECT_FALSE(matches(text, stays)) << text;
  }
  for (const char* text : {"shutdown_date<soon", "shutdown_date<2027-02-30", "shutdown_date:2027",
                           "shutdown_date<1", "shutdown_date="}) {
    EXPECT_FALSE(ParseFilter(text).ok()) << text;
  }
}

TEST(Filter, RefusesWhatItIsNot) {
  for (const char* text :
       {"nothing", "nothing=1", "model_id", "model_id=", "model_id>m", "model_id:m",
        "features=streaming", "context_window_tokens=many", "priced=1", "prices:x",
        "model_id=m priced=true", "model_id=m OR priced=true", "model_id=m AND", "AND",
        "display_name=\"open", "=1", "tier_limits=1",
        "context_window_tokens=99999999999999999999"}) {
    EXPECT_FALSE(ParseFilter(text).ok()) << text;
  }
  EXPECT_FALSE(ParseFilter(std::string(1001, ' ')).ok());
  std::string terms = "model_id=m";
  for (int i = 0; i < 19; ++i) terms += " AND model_id=m";
  EXPECT_TRUE(ParseFilter(terms).ok());
  EXPECT_FALSE(ParseFilter(terms + " AND model_id=m").ok());
}

TEST(Filter, TakesAnyBytesWithoutHarm) {
  std::mt19937 random(7);
  const std::string pieces[] = {"model_id", "=",        ":", "AND ", "\"",   " ",
                                "price.",   "features", "1", ">=",   "\xff", std::string(1, '\0')};
  int good = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (unsigned n = random() % 8; n > 0; --n) text += pieces[random() % std::size(pieces)];
    auto filter = ParseFilter(text);
    if (filter) ++good, (void)Matches(*filter, Sample());
    auto order = ParseOrder(text);
    if (!order) continue;
    const auto keys = KeysOf(*order, Sample());
    EXPECT_EQ(Compare(*order, keys, keys), 0);
  }
  EXPECT_GT(good, 100);
}

TEST(Order, PutsUnknownLastInBothDirections) {
  std::vector<v1::Model> models(3);
  for (int i = 0; i < 3; ++i) models[i].set_model_id(std::string(1, static_cast<char>('a' + i)));
  models[1].set_max_output_tokens(1);
  models[2].set_max_output_tokens(2);
  const auto ids = [&](const char* by) {
    auto order = ParseOrder(by);
    EXPECT_TRUE(order.ok()) << by;
    std::ranges::sort(models, [&](const v1::Model& a, const v1::Model& b) {
      const int compared = Compare(*order, KeysOf(*order, a), KeysOf(*order, b));
      return compared != 0 ? compared < 0 : a.model_id() < b.model_id();
    });
    return models[0].model_id() + models[1].model_id() + models[2].model_id();
  };
  EXPECT_EQ(ids("max_output_tokens"), "bca");
  EXPECT_EQ(ids("max_output_tokens desc"), "cba");
  EXPECT_EQ(ids(" priced , model_id desc "), "cba");
  EXPECT_EQ(ids(""), "abc");
  for (const char* bad : {"nothing", "features", "model_id down", ",", "model_id,,priced",
                          "model_id,model_id,model_id,model_id,model_id,model_id"}) {
    EXPECT_FALSE(ParseOrder(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace inferwire::endpoints
