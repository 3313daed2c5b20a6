// The command `inferwire batch` at a whole gateway: a file of lines goes in, a file of results
// comes out.
#include "client/command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
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

  inferwire::testing::Finished Run(std::vector<std::string> args) const {
    args.insert(args.begin(), {"--server", gateway_.target()});
    return inferwire::testing::Command(std::move(args)).Wait();
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

}  // namespace
}  // namespace inferwire::e2e
