// The command `inferwire batch` at a whole gateway: a file of lines goes in, a file of results
// comes out.
#include "client/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "batch_client.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

class CommandTest : public ::testing::Test {
 protected:
  CommandTest()
      : gateway_([this](config::Config& config) {
          MakeQuick(config);
          config.store.path = folder_.File("store.db");
        }) {}

  void SetUp() override {
    ASSERT_TRUE(gateway_.upstream().SetRules({{.path = "/v1/batches", .set = "batch_time=0"}}));
  }

  inferwire::testing_support::Finished Run(std::vector<std::string> args) const {
    args.insert(args.begin(), {"--server", gateway_.target()});
    return inferwire::testing_support::Command(std::move(args)).Wait();
  }
  std::string Lines(int count, const std::string& model = "gpt-4.1-mini+tokens=5") const {
    const std::string path = folder_.File("in.jsonl");
    std::ofstream file(path);
    for (int i = 0; i < count; ++i) {
      file << "{\"custom_id\":\"item-" << i << "\",\"model\":\"" << model
           << "\",\"prompt\":\"Question " << i << "\"}\n";
    }
    return path;
  }
  static std::vector<std::string> LinesOf(const std::string& path) {
    std::ifstream file(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  testing_support::TempFolder folder_;
  Gateway gateway_;
};

TEST_F(CommandTest, ABatchGoesInAsLinesAndComesOutAsLines) {
  const std::string out = folder_.File("out.jsonl");
  const auto done = Run({"batch", "create", Lines(300), "--request-id", "r-1", "-o", out});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("completed, 300/300"));
  const auto lines = LinesOf(out);
  EXPECT_EQ(lines.size(), 300u);
  EXPECT_EQ(std::set<std::string>(lines.begin(), lines.end()).size(), 300u);
  EXPECT_THAT(lines.front(), HasSubstr("\"status_code\":200"));

  // The same command again finds the batch that was there.
  const auto again = Run({"batch", "create", folder_.File("in.jsonl"), "--request-id", "r-1"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, done.out);
  EXPECT_THAT(again.err, HasSubstr("was there already"));
  EXPECT_THAT(Run({"batch", "list"}).out, HasSubstr("completed"));
  EXPECT_THAT(Run({"batch", "show", done.out.substr(0, done.out.size() - 1)}).out,
              HasSubstr("300/300"));
}

TEST_F(CommandTest, FailedItemsAreInTheOutputAndInTheExitCode) {
  const std::string out = folder_.File("out.jsonl");
  const auto done = Run({"batch", "create", Lines(5, "gpt-4.1-mini+status=400"), "-o", out});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(LinesOf(out).size(), 5u);
  EXPECT_THAT(LinesOf(out).front(), HasSubstr("\"response\":null,\"error\":{"));
}

TEST_F(CommandTest, ABatchIsCancelled) {
  ASSERT_TRUE(gateway_.upstream().SetRules(
      {{.path = "/v1/batches", .set = "batch_time=0; batch_run=10h"}}));
  const auto created = Run({"batch", "create", Lines(5)});
  ASSERT_EQ(created.exit_code, 0) << created.err;
  const std::string id = created.out.substr(0, created.out.size() - 1);
  EXPECT_EQ(Run({"batch", "cancel", id}).exit_code, 0);
  const auto watched = Run({"batch", "watch", id});
  EXPECT_EQ(watched.exit_code, 1);
  EXPECT_THAT(watched.err, HasSubstr("cancelled, 5/5"));
  EXPECT_EQ(Run({"batch", "watch", "batch_none"}).exit_code, 1);
}

class CommandRealtime : public CommandTest {};

TEST_F(CommandRealtime, SaysInTextWhatTheModelAnswers) {
  const auto done = Run({"realtime", "-m", "gpt-realtime+echo", "one two three"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "one two three\n");
  EXPECT_THAT(done.err, HasSubstr(" out = "));
}

TEST_F(CommandRealtime, WritesSpeechThatItTakesForAQuestionToo) {
  const std::string sound = folder_.File("hello.wav");
  const auto spoken = Run({"realtime", "-m", "gpt-realtime+echo", "one two", "-o", sound});
  EXPECT_EQ(spoken.exit_code, 0) << spoken.err;
  EXPECT_EQ(spoken.out, "one two\n");
  EXPECT_EQ(std::filesystem::file_size(sound), 44u + 2 * 12'000);
  const auto answered = Run({"realtime", "--in", sound});
  EXPECT_EQ(answered.exit_code, 0) << answered.err;
  EXPECT_FALSE(answered.out.empty());
}

TEST_F(CommandRealtime, AnswersOfASessionThatFailsAreItsError) {
  const auto refused = Run({"realtime", "-m", "gpt-realtime+status=429", "Hi"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_THAT(refused.err, HasSubstr("RATE_LIMITED"));
}

TEST_F(CommandRealtime, RefusesASoundThatIsOtherThanSessionsTakeIt) {
  const std::string sound = folder_.File("stereo.wav");
  std::ofstream(sound, std::ios::binary) << std::string(
      "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\2\0\x44\xac\0\0\x10\xb1\2\0\4\0\x10\0data\0\0\0\0", 44);
  const auto done = Run({"realtime", "--in", sound});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("24 kHz"));
}

}  // namespace
}  // namespace inferwire::e2e
