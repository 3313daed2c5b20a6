// Files that a configuration names: what is wrong with those of secrets, and what hangs nobody.
#include "config/secrets.h"

#include <sys/stat.h>

#include <fstream>

#include "base/small_file.h"
#include "config_fixture.h"
#include "support/temp_folder.h"

namespace inferwire::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigFiles : public testing::Test {
 protected:
  std::string Written(const std::string& name, const std::string& text) const {
    std::ofstream(folder_.File(name)) << text;
    return folder_.File(name);
  }
  std::string Pipe() const {
    mkfifo(folder_.File("pipe").c_str(), 0600);
    return folder_.File("pipe");
  }
  static std::vector<std::string> FilesAtFault(const std::string& key) {
    const Config config =
        Parsed(kLocal + "upstreams: [{name: a, base_url: \"https://h/v1\", api_key: {file: \"" +
               key + "\"}}]\n");
    return TextsOf(CheckSecrets(config).files);
  }

  testing_support::TempFolder folder_;
};

TEST_F(ConfigFiles, KeysAreLookedAt) {
  EXPECT_THAT(FilesAtFault(Written("good", "sk-abc\n")), IsEmpty());
  EXPECT_THAT(FilesAtFault(folder_.File("nothing")),
              ElementsAre(AllOf(HasSubstr("upstreams[0].api_key"), HasSubstr("is missing"))));
  EXPECT_THAT(FilesAtFault(Written("empty", "")), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(FilesAtFault(Written("line", "\n")), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(FilesAtFault(Written("two", "sk-a b\n")), ElementsAre(HasSubstr("has a byte")));
  EXPECT_THAT(FilesAtFault(folder_.File("")), ElementsAre(HasSubstr("cannot be read")));
  EXPECT_THAT(FilesAtFault(Pipe()), ElementsAre(HasSubstr("is empty"))) << "and does not hang";
}

TEST_F(ConfigFiles, KeysOfAPoolAreLookedAtEach) {
  const Config config = Parsed(
      kLocal + "upstreams: [{name: a, base_url: \"https://h/v1\", keys: [{name: one, file: \"" +
      Written("good", "sk-abc\n") + "\"}, {name: two, file: \"" + folder_.File("nothing") +
      "\"}, {name: three, env: INFERWIRE_NOT_SET}]}]\n");
  const SecretFaults faults = CheckSecrets(config);
  EXPECT_THAT(TextsOf(faults.files),
              ElementsAre(AllOf(HasSubstr("upstreams[0].keys[1]"), HasSubstr("is missing"))));
  EXPECT_THAT(TextsOf(faults.variables), ElementsAre(HasSubstr("upstreams[0].keys[2]")));
}

TEST_F(ConfigFiles, VariablesMayBeSetElsewhere) {
  const Config config = Parsed(
      kLocal +
      "upstreams: [{name: a, base_url: \"https://h/v1\", api_key: {env: INFERWIRE_NOT_SET}}]\n"
      "store: {postgresql: {env: INFERWIRE_NOT_SET_EITHER}}\n");
  const SecretFaults faults = CheckSecrets(config);
  EXPECT_THAT(faults.files, IsEmpty());
  EXPECT_THAT(TextsOf(faults.variables),
              ElementsAre(HasSubstr("INFERWIRE_NOT_SET"), HasSubstr("INFERWIRE_NOT_SET_EITHER")));
}

TEST_F(ConfigFiles, APipeAsConfigurationDoesNotHang) {
  EXPECT_THAT(TextsOf(LoadConfigFile(Pipe())), ElementsAre(HasSubstr("is empty")));
  EXPECT_THAT(TextsOf(LoadConfigFile(folder_.File(""))), ElementsAre(HasSubstr("is a folder")));
  EXPECT_THAT(TextsOf(LoadConfigFile(folder_.File("nothing"))),
              ElementsAre(HasSubstr("it is not there")));
}

TEST_F(ConfigFiles, SmallFilesAreCutAndReadWhole) {
  EXPECT_EQ(*ReadSmallFile(Written("a", "abc"), 10), "abc");
  EXPECT_EQ(*ReadSmallFile(Written("a", "abc"), 2), "ab");
  EXPECT_EQ(*ReadSmallFile(Written("a", std::string(200'000, 'x')), 1 << 20),
            std::string(200'000, 'x'));
  EXPECT_EQ(ReadSmallFile("/dev/zero", 1000)->size(), 1000u);
}

TEST(ConfigModels, PatternsAreRefused) {
  for (const char* pattern : {"gpt-4*", "*-mini", "gpt-?", "**"}) {
    EXPECT_THAT(FaultsOf(kLocal + "upstreams: [{name: a, simulator: true, models: [\"" + pattern +
                         "\"]}]\n"),
                ElementsAre(AllOf(HasSubstr("upstreams[0].models[0]"), HasSubstr("is a pattern"))))
        << pattern;
  }
  EXPECT_THAT(
      FaultsOf(kLocal + "upstreams: [{name: a, simulator: true, aliases: {x: \"gpt-4*\"}}]\n"),
      testing::SizeIs(1));
  EXPECT_THAT(FaultsOf(kLocal + "upstreams: [{name: a, simulator: true, models: \"*\"}]\n"),
              IsEmpty());
}

}  // namespace
}  // namespace inferwire::config
