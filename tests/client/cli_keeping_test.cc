// Settings, the history of lines, and messages of several lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "history_file.h"
#include "message_lines.h"
#include "settings.h"
#include "support/temp_folder.h"

namespace inferwire::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

mode_t ModeOf(const std::string& path) {
  struct stat found {};
  return stat(path.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
}

class SettingsTest : public ::testing::Test {
 protected:
  SettingsTest() {
    setenv("XDG_CONFIG_HOME", folder_.File("config").c_str(), 1);
    for (const char* name : {"SERVER", "ADMIN", "MODEL", "CA", "API_KEY"}) {
      unsetenv((std::string("INFERWIRE_") + name).c_str());
    }
    std::filesystem::create_directories(folder_.File("config/inferwire"));
  }
  ~SettingsTest() override {
    for (const char* name : {"XDG_CONFIG_HOME", "INFERWIRE_MODEL", "INFERWIRE_API_KEY"}) {
      unsetenv(name);
    }
  }

  std::string Write(const std::string& text, mode_t mode = 0600) const {
    const std::string path = folder_.File("config/inferwire/config.yaml");
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string FaultOf(const std::string& text, mode_t mode = 0600) const {
    Write(text, mode);
    Settings settings;
    const auto read = settings.Read();
    return read ? "" : read.error().message;
  }

  testing_support::TempFolder folder_;
};

TEST_F(SettingsTest, FlagsGoBeforeTheEnvironmentAndThatBeforeTheFile) {
  Write("model: of-the-file\nserver: gateway:1\ntimeout: 2.5\nhistory: false\nca: ca.pem\n");
  setenv("INFERWIRE_MODEL", "of-the-environment", 1);
  Settings settings;
  ASSERT_TRUE(settings.Read());
  EXPECT_EQ(settings.Value("server"), "gateway:1");
  EXPECT_EQ(settings.Value("timeout"), "2.5");
  EXPECT_FALSE(settings.IsOn("history"));
  EXPECT_EQ(settings.Value("admin"), "127.0.0.1:50052");
  EXPECT_EQ(settings.Value("ca"), folder_.File("config/inferwire/ca.pem"));
  EXPECT_EQ(settings.Value("model"), "of-the-environment");
  settings.SetFlag("model", "of-the-line");
  EXPECT_EQ(settings.Value("model"), "of-the-line");
  setenv("INFERWIRE_MODEL", "", 1);  // as if it were not set
  Settings again;
  ASSERT_TRUE(again.Read());
  EXPECT_EQ(again.Value("model"), "of-the-file");
}

TEST_F(SettingsTest, AFaultSaysWhere) {
  EXPECT_THAT(FaultOf("model: m\n\nserver: s\nmodle: x\n"),
              HasSubstr("line 4: unknown key \"modle\"; there are server, admin, model"));
  EXPECT_THAT(FaultOf("model: [a, b]\n"), HasSubstr("line 1: model must be one value"));
  EXPECT_THAT(FaultOf("model: a\nmodel: b\n"), HasSubstr("line 2: model is there twice"));
  EXPECT_THAT(FaultOf("model:\n"), HasSubstr("must be one value"));
  EXPECT_THAT(FaultOf("timeout: soon\n"), HasSubstr("must be a number of seconds"));
  EXPECT_THAT(FaultOf("timeout: -1\n"), HasSubstr("must be a number of seconds"));
  EXPECT_THAT(FaultOf("timeout: nan\n"), HasSubstr("must be a number of seconds"));
  EXPECT_THAT(FaultOf("color: blue\n"), HasSubstr("auto, always or never"));
  EXPECT_THAT(FaultOf("history: maybe\n"), HasSubstr("true or false"));
  EXPECT_THAT(FaultOf("just text"), HasSubstr("must be lines"));
  EXPECT_THAT(FaultOf("a: b: c\n"), HasSubstr("line 1"));
  EXPECT_THAT(FaultOf("model: \"a\\nb\"\n"), HasSubstr("control character"));
  EXPECT_THAT(FaultOf("model: caf\xe9\n"), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(FaultOf("token_file: t\napi_key: k\n"), HasSubstr("one of them"));
  EXPECT_EQ(FaultOf(""), "");
  EXPECT_EQ(FaultOf("# nothing\n"), "");
}

TEST_F(SettingsTest, AKeyThatOthersCanReadIsRefusedAndNeverNamed) {
  const std::string fault = FaultOf("api_key: iw_secret\n", 0644);
  EXPECT_THAT(fault, HasSubstr("chmod 600"));
  EXPECT_EQ(fault.find("iw_secret"), std::string::npos);
  EXPECT_EQ(FaultOf("api_key: iw_secret\n"), "");
}

TEST_F(SettingsTest, OneCredentialCounts) {
  Write("token_file: t\n");
  setenv("INFERWIRE_API_KEY", "k", 1);
  Settings settings;
  ASSERT_TRUE(settings.Read());
  EXPECT_EQ(settings.Value("token_file"), "");
  EXPECT_EQ(settings.Value("api_key"), "k");
  settings.SetFlag("token_file", "/f");
  EXPECT_EQ(settings.Value("api_key"), "");
}

TEST(MessageLines, LinesMakeOneMessage) {
  MessageLines lines;
  EXPECT_EQ(lines.Add("one"), "one");
  EXPECT_EQ(lines.Add("a\\"), std::nullopt);
  EXPECT_TRUE(lines.open());
  EXPECT_EQ(lines.Add("b\\"), std::nullopt);
  EXPECT_EQ(lines.Add("c"), "a\nb\nc");
  EXPECT_FALSE(lines.open());
  EXPECT_EQ(lines.Add("C:\\\\"), "C:\\\\");
}

TEST(MessageLines, ABlockStandsForItself) {
  MessageLines lines;
  EXPECT_EQ(lines.Add("\"\"\""), std::nullopt);
  EXPECT_EQ(lines.Add("a\\"), std::nullopt);
  EXPECT_EQ(lines.Add(""), std::nullopt);
  EXPECT_EQ(lines.Add("  b"), std::nullopt);
  EXPECT_EQ(lines.Add("\"\"\""), "a\\\n\n  b");
  EXPECT_EQ(lines.Add("\"\"\"one line\"\"\""), "one line");
  EXPECT_EQ(lines.Add("\"\"\"first"), std::nullopt);
  EXPECT_EQ(lines.Add("last\"\"\""), "first\nlast");
  EXPECT_EQ(lines.Add("say \"\"\" inside"), "say \"\"\" inside");
}

TEST(MessageLines, WhatWasBegunIsNotLost) {
  MessageLines lines;
  (void)lines.Add("\"\"\"");
  (void)lines.Add("half");
  EXPECT_EQ(lines.Finish(), "half");
  EXPECT_FALSE(lines.open());
}

TEST(HistoryFile, KeepsLinesForTheirUserAlone) {
  const testing_support::TempFolder folder;
  const std::string path = folder.File("state/history");
  HistoryFile history(path);
  EXPECT_THAT(history.Read(), IsEmpty());
  for (const char* entry : {"one", "two\nlines", "two\nlines", "ä \"quoted\" \\"})
    history.Append(entry);
  history.Append(std::string(HistoryFile::kMostEntryBytes + 1, 'x'));
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_EQ(ModeOf(folder.File("state")), 0700u);
  EXPECT_THAT(HistoryFile(path).Read(), ElementsAre("one", "two\nlines", "ä \"quoted\" \\"));
}

TEST(HistoryFile, IsBoundedAndSurvivesACut) {
  const testing_support::TempFolder folder;
  const std::string path = folder.File("history");
  std::ofstream file(path);
  for (int i = 0; i < 2500; ++i) file << '"' << i << "\"\n";
  file << "\"cut";
  file.close();
  const auto entries = HistoryFile(path).Read();
  EXPECT_EQ(entries.size(), HistoryFile::kMostEntries);
  EXPECT_EQ(entries.back(), "2499");
  EXPECT_LT(std::filesystem::file_size(path), 10'000u);
  EXPECT_EQ(HistoryFile(path).Read(), entries);
  std::ofstream(path) << std::string(3 << 20, 'x');
  EXPECT_THAT(HistoryFile(path).Read(), IsEmpty());
}

TEST(HistoryFile, WithoutAPathKeepsNothing) {
  HistoryFile history("");
  history.Append("secret");
  EXPECT_THAT(history.Read(), IsEmpty());
}

}  // namespace
}  // namespace inferwire::cli
