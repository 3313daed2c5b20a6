// What a file may look like, whatever it configures.
#include <filesystem>

#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Reader, ReportsAllFaultsAtOnceInTheOrderOfTheFile) {
  const auto faults = FaultsOf(
      "server:\n"
      "  listen: 127.0.0.1:0\n"
      "  loops: many\n"
      "  handshake_timeout: 5\n"
      "limits:\n"
      "  max_in_flight: 0\n"
      "  stream_bytes: 64MB\n"
      "  json: {depth: 7}\n"
      "log: {level: loud, calls: yes}\n"
      "upstreams:\n"
      "  - name: sim\n"
      "    simulator: true\n"
      "    timeouts:\n"
      "      connect: 3 s\n");
  EXPECT_THAT(
      faults,
      ElementsAre(
          "server.loops (line 3): must be a whole number from 0 to 256, not 'many'",
          "server.handshake_timeout (line 4): must be a duration from 100ms to 2m (a number and "
          "ms, s, m or h), not '5'",
          "limits.max_in_flight (line 6): must be a whole number from 1 to 1000000, not '0'",
          "limits.stream_bytes (line 7): must be a size from 64KiB to 4GiB (a number and B, KiB, "
          "MiB or GiB), not '64MB'",
          "limits.json.depth (line 8): must be a whole number from 8 to 512, not '7'",
          "log.level (line 9): must be one of debug, info, warning, error, off, not 'loud'",
          "log.calls (line 9): must be true or false, not 'yes'",
          "upstreams[0].timeouts.connect (line 14): must be a duration from 10ms to 5m (a number "
          "and ms, s, m or h), not '3 s'"));
}

TEST(Reader, AsksWhetherANearKeyWasMeant) {
  EXPECT_THAT(FaultsOf(kGood + "limts: {}\n"),
              ElementsAre("limts (line 5): is not known here; did you mean limits?"));
  EXPECT_THAT(FaultsOf(kGood + "    max_retry: 1\n"),
              ElementsAre(AllOf(StartsWith("upstreams[0].max_retry (line 5)"),
                                HasSubstr("did you mean max_retries?"))));
  EXPECT_THAT(FaultsOf(kGood + "drain: {zzzzzzzzzz: 1}\n"),
              ElementsAre(HasSubstr("known are: connection_wait, calls, last_call")));
}

TEST(Reader, WarnsOfAKeyOfAnEarlierVersionAndGoesOn) {
  const Config config =
      Parsed("server: {listen: \"127.0.0.1:0\", wire: grpc, loops: 3}\n" + kUpstream);
  EXPECT_EQ(config.server.loops, 3);
  ASSERT_EQ(config.warnings.size(), 1u);
  EXPECT_EQ(ToText(config.warnings[0]),
            "server.wire (line 1): has no effect any more: gRPC is always served on nghttp2");
}

TEST(Reader, SaysWhereInOnePrintableLineWhateverTheKey) {
  EXPECT_THAT(FaultsOf("? [a]\n: 1\n" + kUpstream),
              testing::Contains("test.yaml (line 1): has a key that is not a text"));
  EXPECT_THAT(FaultsOf(kGood + "\"a\\0\\xff\\n\": 1\n"), ElementsAre(StartsWith("a????")));
  EXPECT_THAT(FaultsOf("a: \"\\\x01\""), ElementsAre(HasSubstr("character: ?")));
}

// A page of aliases could otherwise keep the reader busy for hours.
TEST(Reader, BoundsWhatAliasesMultiply) {
  std::string list = "m";
  for (int i = 0; i < 100; ++i) list += ", m";
  EXPECT_THAT(FaultsOf("upstreams: [" + list + "]\n"),
              testing::Contains(HasSubstr("has more than 100 elements")));
  std::string map = "x: 1";
  for (int i = 0; i < 1000; ++i) map += ", x" + std::to_string(i) + ": 1";
  EXPECT_THAT(FaultsOf(kGood + "log: {" + map + "}\n"),
              ElementsAre("log (line 5): has more than 1000 keys"));
}

TEST(Reader, RefusesAKeyThatStandsThereTwice) {
  EXPECT_THAT(FaultsOf(kGood + "log: {calls: true}\nlog: {calls: false}\n"),
              ElementsAre("log (line 6): stands here for the second time"));
  EXPECT_THAT(FaultsOf(kGood + "log:\n  calls: true\n  calls: false\n"),
              ElementsAre("log.calls (line 7): stands here for the second time"));
}

TEST(Reader, RefusesValuesOfTheWrongShape) {
  EXPECT_THAT(FaultsOf(kGood + "log: 5\n"),
              ElementsAre("log (line 5): must be a mapping (key: value)"));
  EXPECT_THAT(FaultsOf(kGood + "log: {calls: [true]}\n"),
              ElementsAre("log.calls (line 5): must be a single value"));
  EXPECT_THAT(FaultsOf(kGood + "log: {calls: }\n"),
              ElementsAre("log.calls (line 5): has no value"));
  EXPECT_THAT(FaultsOf(kGood + "log: {[a]: 1}\n"),
              ElementsAre("log (line 5): has a key that is not a text"));
  EXPECT_THAT(FaultsOf(kLocal + "upstreams: {}\n"),
              ElementsAre("upstreams (line 2): must be a list"));
  EXPECT_THAT(FaultsOf(kLocal + "upstreams: []\n"),
              ElementsAre("upstreams (line 2): is an empty list"));
  EXPECT_THAT(FaultsOf(kLocal), ElementsAre(HasSubstr("at least one upstream is needed")));
}

TEST(Reader, TakesAnEmptySectionAsItsDefaults) {
  EXPECT_EQ(Parsed(kGood + "limits:\n").limits.max_in_flight, 2000);
}

TEST(Reader, RefusesWhatIsNoSingleMapping) {
  EXPECT_THAT(FaultsOf(""), ElementsAre("test.yaml: is empty"));
  EXPECT_THAT(FaultsOf("# nothing\n"), ElementsAre("test.yaml: is empty"));
  EXPECT_THAT(FaultsOf("- a\n"), ElementsAre(HasSubstr("must be a mapping")));
  EXPECT_THAT(FaultsOf(kGood + "---\n" + kGood),
              ElementsAre("test.yaml: has more than one document"));
  EXPECT_THAT(FaultsOf(kLocal + "log: {calls: true\n"),
              ElementsAre(AllOf(StartsWith("test.yaml (line "), HasSubstr("is not YAML"))));
  EXPECT_THAT(FaultsOf("a: *nobody\n"), ElementsAre(HasSubstr("is not YAML")));
}

TEST(Reader, EndsWhereTheParserWouldStandStill) {
  EXPECT_THAT(FaultsOf(",\n\n"),
              ElementsAre(AllOf(StartsWith("test.yaml (line 1)"), HasSubstr("is not YAML"))));
  EXPECT_THAT(FaultsOf("[1]\n,\n"),
              ElementsAre(AllOf(StartsWith("test.yaml (line 2)"), HasSubstr("is not YAML"))));
}

TEST(Reader, SurvivesDeepNestingAndRecursion) {
  EXPECT_THAT(FaultsOf(std::string(100'000, '[')), ElementsAre(HasSubstr("is not YAML")));
  EXPECT_THAT(FaultsOf(kLocal + "upstreams: &self [*self]\n"), testing::Not(IsEmpty()));
}

TEST(Reader, BoundsTheFileAndTheNumberOfFaults) {
  const std::string comment(kMaxConfigFileBytes - kGood.size() - 1, '#');
  EXPECT_THAT(FaultsOf(kGood + comment + "\n"), IsEmpty());
  EXPECT_THAT(FaultsOf(kGood + comment + "#\n"), ElementsAre("test.yaml: is larger than 1 MiB"));

  std::string many = kGood + "drain:\n";
  for (int i = 0; i < 500; ++i) many += "  key" + std::to_string(i) + ": 1\n";
  EXPECT_EQ(FaultsOf(many).size(), kMaxConfigFaults);
}

TEST(Reader, ShowsForeignTextShortAndPrintable) {
  const auto faults = FaultsOf(kGood + "log: {level: \"a\\n\\e" + std::string(100, 'b') + "\"}\n");
  EXPECT_THAT(faults, ElementsAre(HasSubstr("not 'a??" + std::string(37, 'b') + "...'")));
}

TEST(LoadConfigFile, NamesAFileThatCannotBeRead) {
  EXPECT_THAT(TextsOf(LoadConfigFile("/nowhere/inferwire.yaml")),
              ElementsAre("/nowhere/inferwire.yaml: cannot be read: it is not there"));
  const std::string folder = std::filesystem::temp_directory_path();
  EXPECT_THAT(TextsOf(LoadConfigFile(folder)),
              ElementsAre(folder + ": cannot be read: it is a folder"));
}

}  // namespace
}  // namespace inferwire::config
