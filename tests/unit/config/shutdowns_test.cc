// What becomes of calls for models that have ended.
#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kUpstreams =
    kLocal +
    "upstreams:\n"
    "  - {name: a, simulator: true, models: [old, new], aliases: "
    "{fast: old}}\n"
    "routes: [{name: \"gpt-*\", targets: [{upstream: a, model: new}]}]\n";

std::string With(const std::string& catalogue) {
  return kUpstreams + "catalogue: {" + catalogue + "}\n";
}

TEST(Shutdowns, WarnByDefault) {
  const Config config = Parsed(kUpstreams);
  EXPECT_EQ(config.catalogue.on_shutdown, OnShutdown::kWarn);
  EXPECT_THAT(config.catalogue.shutdowns, IsEmpty());
}

TEST(Shutdowns, ReadEveryKey) {
  const Config config = Parsed(
      With("on_shutdown: refuse, shutdowns: [{model: fast, action: move, replacement: gpt-9, "
           "from: 2027-01-10}, {model: old}]"));
  EXPECT_EQ(config.catalogue.on_shutdown, OnShutdown::kRefuse);
  ASSERT_EQ(config.catalogue.shutdowns.size(), 2u);
  const ShutdownConfig& fast = config.catalogue.shutdowns[0];
  EXPECT_EQ(fast.model, "fast");
  EXPECT_EQ(fast.action, OnShutdown::kMove);
  EXPECT_EQ(fast.replacement, "gpt-9");  // of the route gpt-*
  EXPECT_EQ(fast.from, "2027-01-10");
  EXPECT_EQ(config.catalogue.shutdowns[1].action, OnShutdown::kMove);
}

TEST(Shutdowns, NameEachFault) {
  EXPECT_THAT(FaultsOf(With("on_shutdown: panic")), ElementsAre(HasSubstr("warn, move, refuse")));
  const auto faults = [](const std::string& entries) {
    return FaultsOf(With("shutdowns: [" + entries + "]"));
  };
  EXPECT_THAT(faults("{action: move}"),
              ElementsAre(HasSubstr("catalogue.shutdowns[0].model (line 5): is missing")));
  EXPECT_THAT(faults("{model: old, from: 2027-02-30}"),
              ElementsAre(HasSubstr("catalogue.shutdowns[0].from (line 5): must be a date")));
  EXPECT_THAT(faults("{model: old, replacement: nobody}"),
              ElementsAre(HasSubstr("[0].replacement (line 5): is served by no upstream")));
  EXPECT_THAT(faults("{model: old, replacement: old}"),
              ElementsAre(HasSubstr("[0].replacement (line 5): is the model itself")));
  EXPECT_THAT(faults("{model: old}, {model: old}"),
              ElementsAre(HasSubstr("shutdowns[1].model (line 5): has an entry already")));
  EXPECT_THAT(faults("{model: old, replacement: fast}"), IsEmpty());
}

}  // namespace
}  // namespace inferwire::config
