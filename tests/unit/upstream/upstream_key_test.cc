#include "upstream/upstream_key.h"

#include <gtest/gtest.h>

#include <string>

namespace inferwire::upstream {
namespace {

const SteadyTime kSent{std::chrono::seconds(10)};
constexpr auto kLater = std::chrono::seconds(1);

// A source whose content the test changes.
struct Source {
  std::string text = "first-key";
  int loads = 0;

  std::shared_ptr<UpstreamKey> Read() {
    auto key =
        UpstreamKey::Read([this] { return Secret::FromText(text, "a test"); }, [this] { ++loads; });
    return key ? std::move(*key) : nullptr;
  }
};

TEST(UpstreamKey, IsReadAtOnceOrNotMade) {
  Source source;
  const auto key = source.Read();
  ASSERT_TRUE(key);
  EXPECT_EQ(key->Current()->Reveal(), "first-key");
  source.text = "";
  EXPECT_FALSE(source.Read());
}

TEST(UpstreamKey, ReloadsOnlyWhatIsDifferent) {
  Source source;
  const auto key = source.Read();
  const auto before = key->Current();
  EXPECT_FALSE(*key->Reload());
  EXPECT_EQ(key->Current(), before);
  source.text = "second-key";
  EXPECT_TRUE(*key->Reload());
  EXPECT_EQ(key->Current()->Reveal(), "second-key");
  EXPECT_EQ(source.loads, 2);
}

TEST(UpstreamKey, KeepsTheOldOneIfTheSourceCannotBeRead) {
  Source source;
  const auto key = source.Read();
  source.text = "";
  EXPECT_FALSE(key->Reload().ok());
  EXPECT_EQ(key->Current()->Reveal(), "first-key");
}

TEST(UpstreamKey, ARefusalReadsTheSourceAtOnce) {
  Source source;
  const auto key = source.Read();
  const auto refused = key->Current();
  source.text = "second-key";
  const auto other = key->Instead(refused, kSent);
  ASSERT_TRUE(other);
  EXPECT_EQ(other->Reveal(), "second-key");
  EXPECT_EQ(key->Current(), other);
}

TEST(UpstreamKey, ARefusedKeyThatHasNotChangedHasNoOther) {
  Source source;
  const auto key = source.Read();
  EXPECT_FALSE(key->Instead(key->Current(), kSent));
}

TEST(UpstreamKey, TheOldKeyHelpsUntilTheNewOneWasAccepted) {
  Source source;
  const auto key = source.Read();
  const auto old = key->Current();
  source.text = "second-key";
  ASSERT_TRUE(*key->Reload());
  EXPECT_EQ(key->Instead(key->Current(), kSent), old);
  key->Accepted(old, kSent + kLater);  // says nothing of the new one
  EXPECT_EQ(key->Instead(key->Current(), kSent), old);
  key->Accepted(key->Current(), kSent + kLater);
  EXPECT_FALSE(key->Instead(key->Current(), kSent + 2 * kLater));
}

TEST(UpstreamKey, TwoChangesInARowKeepTheKeyThatWasAccepted) {
  Source source;
  const auto key = source.Read();
  const auto accepted = key->Current();
  for (const char* text : {"second-key", "third-key"}) {
    source.text = text;
    ASSERT_TRUE(*key->Reload());
  }
  EXPECT_EQ(key->Instead(key->Current(), kSent), accepted);
}

TEST(UpstreamKey, ARefusalThatIsOlderThanTheAcceptanceSaysNothing) {
  Source source;
  const auto key = source.Read();
  source.text = "second-key";
  ASSERT_TRUE(*key->Reload());
  key->Accepted(key->Current(), kSent + kLater);
  EXPECT_EQ(key->Instead(key->Current(), kSent), key->Current());
}

}  // namespace
}  // namespace inferwire::upstream
