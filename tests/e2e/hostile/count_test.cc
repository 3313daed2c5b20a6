// How many bad answers there are: the suite must not shrink by accident.
#include <gtest/gtest.h>

#include <set>

#include "hostile/bomb_cases.h"
#include "hostile/cases.h"
#include "hostile/truncation.h"

namespace inferwire::e2e::hostile {
namespace {

TEST(HostileCases, AreManyAndDistinct) {
  size_t hand_made = 0;
  for (const Cases& family : {HttpFaults(), BareStatuses(), HttpOddities(), UnaryBodies(),
                              StreamSyntax(), StreamEnds(), StreamContents()}) {
    std::set<std::string> names;
    for (const Case& each : family) EXPECT_TRUE(names.insert(each.name).second) << each.name;
    hand_made += family.size();
  }
  hand_made += ReportedErrors().size() + Bombs().size();
  const size_t generated = StatusBodies().size() + WaitingTimes().size() +
                           SpoiltCompletions().size() + SpoiltChunks().size();
  const size_t cuts = CutStream("\n").bytes().size();
  RecordProperty("hand_made", static_cast<int>(hand_made));
  RecordProperty("generated", static_cast<int>(generated));
  std::cout << hand_made << " made by hand, " << generated << " generated, a stream cut at " << cuts
            << " bytes\n";
  EXPECT_GE(hand_made, 200u);
  EXPECT_GE(hand_made + generated, 300u);
}

}  // namespace
}  // namespace inferwire::e2e::hostile
