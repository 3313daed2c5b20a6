// A configuration and keys that change while nobody but the test uses them.
#include "app/config_reloader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "support/manual_clock.h"
#include "support/temp_folder.h"
#include "telemetry/config_metrics.h"
#include "telemetry/credential_metrics.h"
#include "telemetry/metrics.h"
#include "unit/config/config_fixture.h"

namespace inferwire::app {
namespace {

using config::kGood;
using config::kUpstream;
using telemetry::ReloadResult;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// What the reloader did, also on the thread of its watch.
class Notes {
 public:
  void Add(const std::string& note) {
    std::lock_guard lock(mutex_);
    notes_.push_back(note);
    changed_.notify_all();
  }
  std::vector<std::string> all() const {
    std::lock_guard lock(mutex_);
    return notes_;
  }
  // Until so many of them contain the text.
  bool WaitFor(const std::string& text, int64_t count) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return Count(text) >= count; });
  }
  int64_t CountOf(const std::string& text) const {
    std::lock_guard lock(mutex_);
    return Count(text);
  }

 private:
  int64_t Count(const std::string& text) const {
    return std::ranges::count_if(
        notes_, [&](const std::string& note) { return note.find(text) != std::string::npos; });
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> notes_;
};

class NotingSink final : public telemetry::LogSink {
 public:
  explicit NotingSink(Notes& notes) : notes_(notes) {}
  void Write(std::string_view line) override { notes_.Add(std::string(line)); }

 private:
  Notes& notes_;
};

std::string InFlight(int limit) {
  return kGood + "limits: {max_in_flight: " + std::to_string(limit) + "}\n";
}

class ConfigReloaderTest : public testing::Test {
 protected:
  ConfigReloaderTest() { Write("inferwire.yaml", kGood); }

  // Replaces a file as careful programs do.
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.File("fresh")) << text;
    std::filesystem::rename(folder.File("fresh"), folder.File(name));
  }
  // A server runs with the configuration that was written.
  ConfigReloader& Start() {
    const std::string file = folder.File("inferwire.yaml");
    const auto load = [this, file] {
      loads.Add("load");
      return config::LoadConfigFile(file);
    };
    const auto apply = [this](const config::Config& config) -> Result<void> {
      if (refusal) return *refusal;
      applied.Add(config.server.listen + " " + std::to_string(config.limits.max_in_flight));
      return {};
    };
    return reloader.emplace(
        ConfigReloader::Parts{clock, keys, metrics.Of<telemetry::ConfigMetrics>(), log, apply},
        ConfigSource{file, load}, config::GoodConfig(config::LoadConfigFile(file)));
  }
  ReloadResult Reload(const std::string& yaml) {
    Write("inferwire.yaml", yaml);
    return reloader->Reload();
  }
  bool Shows(const std::string& sample) {
    return ("\n" + metrics.Expose()).find("\n" + sample + "\n") != std::string::npos;
  }
  bool ShowsInUse(const config::Config& config) {
    return Shows("inferwire_config_info{hash=\"" + config::Fingerprint(config) + "\"} 1");
  }
  bool LastWasGood() { return Shows("inferwire_config_last_reload_successful 1"); }

  const testing_support::TempFolder folder;
  ManualClock clock;
  telemetry::Metrics metrics;
  CredentialStore keys{clock, metrics.Of<telemetry::CredentialMetrics>()};
  Notes logged, loads, applied;
  telemetry::Log log{
      {telemetry::LogLevel::kInfo, false}, clock, std::make_unique<NotingSink>(logged)};
  std::optional<Error> refusal;  // of apply
  std::optional<ConfigReloader> reloader;
};

TEST_F(ConfigReloaderTest, AppliesAChangeOnceAndSaysWhich) {
  Start();
  EXPECT_EQ(Reload(InFlight(7)), ReloadResult::kApplied);
  EXPECT_EQ(reloader->Reload(), ReloadResult::kUnchanged);
  EXPECT_THAT(applied.all(), ElementsAre("127.0.0.1:0 7"));
  EXPECT_EQ(reloader->running().limits.max_in_flight, 7);
  EXPECT_TRUE(ShowsInUse(reloader->running()));
  EXPECT_THAT(logged.all(), ElementsAre(HasSubstr(R"("changed":"limits.max_in_flight")")));
  EXPECT_TRUE(Shows("inferwire_config_reload_total{result=\"applied\"} 1"));
  EXPECT_TRUE(Shows("inferwire_config_reload_total{result=\"unchanged\"} 1"));
}

TEST_F(ConfigReloaderTest, AnotherTextOfTheSameConfigurationIsNoChange) {
  Start();
  EXPECT_EQ(Reload("# a comment\n" + kGood), ReloadResult::kUnchanged);
  EXPECT_THAT(applied.all(), IsEmpty());
}

TEST_F(ConfigReloaderTest, AFaultyConfigurationChangesNothing) {
  Start();
  EXPECT_EQ(Reload(InFlight(7) + "nonsense: 1\n"), ReloadResult::kRejected);
  EXPECT_THAT(applied.all(), IsEmpty());
  EXPECT_TRUE(ShowsInUse(config::Parsed(kGood)));
  EXPECT_FALSE(LastWasGood());
  EXPECT_THAT(logged.all(), ElementsAre(HasSubstr("nonsense")));
}

TEST_F(ConfigReloaderTest, ARefusalIsOverWhenTheFileIsAsItWas) {
  Start();
  Reload("nonsense: 1\n");
  EXPECT_EQ(Reload(kGood), ReloadResult::kApplied);
  EXPECT_TRUE(LastWasGood());
}

TEST_F(ConfigReloaderTest, WhatCannotBeAppliedChangesNothing) {
  Start();
  refusal = Error();
  refusal->message = "no room for it";
  EXPECT_EQ(Reload(InFlight(7)), ReloadResult::kRejected);
  EXPECT_NE(reloader->running().limits.max_in_flight, 7);
  EXPECT_TRUE(ShowsInUse(config::Parsed(kGood)));
  EXPECT_THAT(logged.all(), ElementsAre(HasSubstr("no room for it")));
  refusal.reset();
  EXPECT_EQ(reloader->Reload(), ReloadResult::kApplied) << "asked again, it is tried again";
}

TEST_F(ConfigReloaderTest, WhatNeedsARestartStaysAndIsNamed) {
  Start();
  EXPECT_EQ(Reload("server: {listen: \"127.0.0.1:1\"}\nlimits: {max_in_flight: 7}\n" + kUpstream),
            ReloadResult::kApplied);
  EXPECT_THAT(applied.all(), ElementsAre("127.0.0.1:0 7"));
  EXPECT_EQ(reloader->running().server.listen, "127.0.0.1:0");
  EXPECT_THAT(logged.all(), Contains(HasSubstr(R"("keys":"server.listen")")));
}

TEST_F(ConfigReloaderTest, WithoutASourceOnlyKeysAreReadAgain) {
  reloader.emplace(
      ConfigReloader::Parts{clock, keys, metrics.Of<telemetry::ConfigMetrics>(), log, {}},
      ConfigSource{}, config::Parsed(kGood));
  EXPECT_EQ(reloader->Reload(), ReloadResult::kUnchanged);
  reloader->Watch();  // nothing
  EXPECT_THAT(logged.all(), IsEmpty());
}

TEST_F(ConfigReloaderTest, AChangedKeyIsTakenWithoutAChangedConfiguration) {
  Write("key", "first-key");
  const auto key = keys.KeyOf("openai", {config::KeySource::Kind::kFile, folder.File("key")});
  ASSERT_TRUE(key);
  Start();
  Write("key", "second-key");
  EXPECT_EQ(reloader->Reload(), ReloadResult::kApplied);
  EXPECT_THAT(applied.all(), IsEmpty());
  EXPECT_THAT(logged.all(), ElementsAre(HasSubstr(R"("upstreams":"openai")")));
  EXPECT_THAT(logged.all(), Not(Contains(HasSubstr("second-key"))));
}

TEST_F(ConfigReloaderTest, AKeyThatCannotBeReadRefusesNoConfiguration) {
  Write("key", "first-key");
  const auto key = keys.KeyOf("openai", {config::KeySource::Kind::kFile, folder.File("key")});
  ASSERT_TRUE(key);
  Start();
  std::filesystem::remove(folder.File("key"));
  EXPECT_EQ(Reload(InFlight(7)), ReloadResult::kRejected);
  EXPECT_THAT(applied.all(), SizeIs(1));
  EXPECT_FALSE(LastWasGood());
  EXPECT_EQ(logged.CountOf("key_reload_failed"), 1);
  Write("key", "first-key");
  reloader->Reload();
  EXPECT_TRUE(LastWasGood());
}

TEST_F(ConfigReloaderTest, WatchingTakesWhatChangesAndWhatChangedBefore) {
  Start();
  Write("inferwire.yaml", InFlight(7));
  reloader->Watch();
  EXPECT_THAT(applied.all(), ElementsAre("127.0.0.1:0 7")) << "at once";
  Write("inferwire.yaml", InFlight(8));
  EXPECT_TRUE(applied.WaitFor("127.0.0.1:0 8", 1));
}

TEST_F(ConfigReloaderTest, WatchingReportsARefusalOnce) {
  Start();
  reloader->Watch();
  Write("inferwire.yaml", "nonsense: 1\n");
  ASSERT_TRUE(logged.WaitFor("config_reload_failed", 1));
  const int64_t before = loads.CountOf("load");
  Write("inferwire.yaml", "nonsense: 1\n");
  ASSERT_TRUE(loads.WaitFor("load", before + 1));
  Write("inferwire.yaml", InFlight(7));
  ASSERT_TRUE(applied.WaitFor("7", 1));
  EXPECT_EQ(logged.CountOf("config_reload_failed"), 1);
  reloader->StopWatching();
  EXPECT_TRUE(Shows("inferwire_config_reload_total{result=\"rejected\"} 1"));
}

TEST_F(ConfigReloaderTest, AfterStopWatchingNothingIsTakenUnasked) {
  Start();
  reloader->Watch();
  reloader->StopWatching();
  const int64_t before = loads.CountOf("load");
  // Another watch tells when this one would have seen the first of two changes.
  Notes seen;
  const FileWatch other({folder.File("inferwire.yaml")}, {}, [&] { seen.Add("change"); });
  Write("inferwire.yaml", InFlight(7));
  ASSERT_TRUE(seen.WaitFor("change", 1));
  Write("inferwire.yaml", InFlight(8));
  ASSERT_TRUE(seen.WaitFor("change", 2));
  EXPECT_EQ(loads.CountOf("load"), before);
  EXPECT_EQ(reloader->Reload(), ReloadResult::kApplied);
}

TEST_F(ConfigReloaderTest, FilesThatHaveNotChangedAreNotReadAgainUnasked) {
  Start();
  reloader->Watch();
  reloader->StopWatching();
  const int64_t read = loads.CountOf("load");
  reloader->Watch();
  reloader->StopWatching();
  EXPECT_EQ(loads.CountOf("load"), read);
  EXPECT_EQ(reloader->Reload(), ReloadResult::kUnchanged);
  EXPECT_EQ(loads.CountOf("load"), read + 1) << "who asks is answered";
  Write("inferwire.yaml", InFlight(9));
  reloader->Watch();
  reloader->StopWatching();
  EXPECT_EQ(reloader->running().limits.max_in_flight, 9);
}

TEST_F(ConfigReloaderTest, WhatWasRefusedIsTriedAgainAlthoughNoFileHasChanged) {
  Start();
  refusal = Error();
  refusal->message = "no room for it";
  EXPECT_EQ(Reload(InFlight(7)), ReloadResult::kRejected);
  refusal.reset();
  reloader->Watch();
  reloader->StopWatching();
  EXPECT_EQ(reloader->running().limits.max_in_flight, 7);
}

}  // namespace
}  // namespace inferwire::app
