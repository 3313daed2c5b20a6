#include "limits/meter_table.h"

#include <gmock/gmock.h>

#include <string>

#include "unit/limits/times.h"

namespace inferwire::limits {
namespace {

using std::chrono::seconds;

class MeterTableTest : public testing::Test, protected Times {
 protected:
  const FlowLimit limit{60, seconds(10)};
  MeterTable table{3};
};

TEST_F(MeterTableTest, GivesTheSameMeterForTheSameName) {
  const auto a = table.FlowOf("rpm tenant/a", now);
  EXPECT_EQ(table.FlowOf("rpm tenant/a", now), a);
  EXPECT_NE(table.FlowOf("rpm tenant/b", now), a);
  EXPECT_NE(table.StockOf("day tenant/a", now), nullptr);
  EXPECT_EQ(table.size(), 3u);
}

TEST_F(MeterTableTest, KeepsWhatWasCountedWhenNobodyHoldsTheMeter) {
  EXPECT_TRUE(table.FlowOf("a", now)->Take(10, limit, now.steady));
  table.Sweep(now);
  EXPECT_FALSE(table.FlowOf("a", now)->Take(1, limit, now.steady));
}

TEST_F(MeterTableTest, ForgetsWhatCountsNothingMore) {
  EXPECT_TRUE(table.FlowOf("a", now)->Take(10, limit, now.steady));
  Pass(seconds(10));
  table.Sweep(now);
  EXPECT_EQ(table.size(), 0u);
}

TEST_F(MeterTableTest, NeverForgetsWhatSomebodyHolds) {
  const auto held = table.FlowOf("a", now);
  const auto also = table.StockOf("b", now);
  table.Sweep(now);
  EXPECT_EQ(table.size(), 2u);
  EXPECT_EQ(table.FlowOf("a", now), held);
}

TEST_F(MeterTableTest, TakesNewMetersFromItsSource) {
  class Source final : public MeterSource {
   public:
    std::shared_ptr<FlowCounter> NewFlow(const std::string& name) override {
      names += name + ";";
      return std::make_shared<FlowMeter>();
    }
    std::shared_ptr<StockCounter> NewStock(const std::string& name) override {
      names += name + ";";
      return std::make_shared<StockMeter>();
    }
    std::string names;
  };
  const auto before = table.FlowOf("a", now);
  const auto source = std::make_shared<Source>();
  table.UseSource(source);
  EXPECT_EQ(table.FlowOf("a", now), before);
  const auto flow = table.FlowOf("b", now);
  EXPECT_EQ(table.FlowOf("b", now), flow);
  table.StockOf("c", now);
  EXPECT_EQ(source->names, "b;c;");
}

TEST_F(MeterTableTest, HasABound) {
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_TRUE(table.FlowOf(name, now)->Take(10, limit, now.steady));
  }
  EXPECT_EQ(table.FlowOf("d", now), nullptr);
  EXPECT_EQ(table.StockOf("d", now), nullptr);
  EXPECT_NE(table.FlowOf("a", now), nullptr) << "who is known goes on";
  EXPECT_EQ(table.size(), 3u);
  Pass(seconds(10));
  EXPECT_NE(table.FlowOf("d", now), nullptr) << "what is idle makes room";
  EXPECT_EQ(table.size(), 1u);
}

}  // namespace
}  // namespace inferwire::limits
