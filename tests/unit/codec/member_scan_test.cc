#include "codec/member_scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace inferwire::codec {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using Members = std::vector<std::pair<std::string, std::string>>;

std::pair<Scan, Members> ScanAll(std::string_view text) {
  Members members;
  const Scan scan = ScanMembers(text, [&](const std::string& name, std::string_view value) {
    members.emplace_back(name, value);
    return true;
  });
  return {scan, members};
}

TEST(ScanMembers, GivesTheOutermostMembersInTheirOrder) {
  const auto [scan, members] = ScanAll(
      "\xEF\xBB\xBF { \"a\" : [1,{\"model\":\"inner\"},\"]\"] ,\"b\":\"x\\\"}\",\n\"c\":-1.5e3,"
      "\"d\":{\"e\":{}},\"f\":null } ");
  EXPECT_EQ(scan, Scan::kWhole);
  EXPECT_THAT(members,
              ElementsAre(Pair("a", R"([1,{"model":"inner"},"]"])"), Pair("b", R"("x\"}")"),
                          Pair("c", "-1.5e3"), Pair("d", R"({"e":{}})"), Pair("f", "null")));
}

TEST(ScanMembers, ReadsEscapedNames) {
  const auto [scan, members] = ScanAll(R"({"mod\u0065l":1,"bad\u00":2})");
  EXPECT_EQ(scan, Scan::kWhole);
  EXPECT_THAT(members, ElementsAre(Pair("model", "1"), Pair(R"(bad\u00)", "2")));
}

TEST(ScanMembers, StopsWhenNoMoreIsWanted) {
  int seen = 0;
  const auto stop = [&](const std::string&, std::string_view) { return ++seen < 2; };
  EXPECT_EQ(ScanMembers(R"({"a":1,"b":2,"c":)", stop), Scan::kStopped);
  EXPECT_EQ(seen, 2);
}

TEST(ScanMembers, SaysWhatIsNoWholeObject) {
  for (const char* text :
       {"",           " ",           "[]",           "1",         "\"a\"",
        "{",          "{\"a\"",      "{\"a\":",      "{\"a\":1",  "{\"a\":1,",
        "{\"a\":1,}", "{\"a\":\"x",  "{\"a\":\"x\\", "{\"a\":[1", "{\"a\":[\"x]}",
        "{\"a\":1}x", "{\"a\":1}{}", "{a:1}",        "{'a':1}",   "{\"a\" 1}",
        "{\"a\":}",   "\xff\xfe{"}) {
    EXPECT_EQ(ScanAll(text).first, Scan::kBroken) << text;
  }
  EXPECT_EQ(ScanAll("{}").first, Scan::kWhole);
}

}  // namespace
}  // namespace inferwire::codec
