// Which way of sending a request is said to be the cheapest that is soon enough.
#include "endpoints/models/service_way.h"

#include <gtest/gtest.h>

namespace inferwire::endpoints {
namespace {

using std::chrono::hours;

constexpr auto kHalf = [](size_t i) -> std::optional<int64_t> { return i == 0 ? 100 : 50; };

catalogue::Model Sold(const std::vector<std::string>& tiers) {
  catalogue::Model model;
  for (const std::string& tier : tiers) model.prices.emplace_back().tier = tier;
  return model;
}

// The tier that is marked, or "none"; "several" would be a fault.
std::string Cheapest(const std::vector<std::string>& tiers,
                     std::optional<std::chrono::milliseconds> deadline,
                     const std::function<std::optional<int64_t>(size_t)>& cost_of) {
  const catalogue::Model model = Sold(tiers);
  std::vector<PricedWay> priced = WaysOf(model, deadline);
  std::vector<v1::ServiceWay*> ways;
  for (PricedWay& way : priced) ways.push_back(&way.way);
  MarkCheapest(ways, deadline.has_value(), cost_of);
  std::string marked = "none";
  for (const v1::ServiceWay* way : ways) {
    if (way->cheapest()) marked = marked == "none" ? way->service_tier() : "several";
  }
  return marked;
}

TEST(ServiceWay, TheCheapestIsTheLeastOfAllWithoutADeadline) {
  EXPECT_EQ(Cheapest({"standard", "batch"}, std::nullopt, kHalf), "batch");
  EXPECT_EQ(Cheapest({"standard", "flex"}, std::nullopt, kHalf), "flex");
  EXPECT_EQ(Cheapest({"flex"}, std::nullopt, kHalf), "flex");
  EXPECT_EQ(Cheapest({"standard"}, std::nullopt, [](size_t) { return std::nullopt; }), "none");
}

TEST(ServiceWay, OnlyWhatSurelyMeetsTheDeadlineIsTheCheapest) {
  EXPECT_EQ(Cheapest({"standard", "batch"}, hours(24), kHalf), "batch");
  EXPECT_EQ(Cheapest({"standard", "batch"}, hours(23), kHalf), "standard");
  EXPECT_EQ(Cheapest({"standard", "background_8h"}, hours(8), kHalf), "background_8h");
  EXPECT_EQ(Cheapest({"standard", "flex"}, hours(23), kHalf), "standard");
}

TEST(ServiceWay, NothingIsTheCheapestWhereNothingMeetsTheDeadline) {
  EXPECT_EQ(Cheapest({"flex"}, hours(1), kHalf), "none") << "it promises nothing";
  EXPECT_EQ(Cheapest({"batch"}, hours(1), kHalf), "none");
  EXPECT_EQ(Cheapest({"flex", "batch"}, hours(1), kHalf), "none");
  EXPECT_EQ(Cheapest({"flex", "batch"}, hours(24), kHalf), "batch");
}

}  // namespace
}  // namespace inferwire::endpoints
