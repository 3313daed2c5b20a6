// inferwire files and inferwire batch.
#include "client/cli_fixture.h"
#include "client/fake_store.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing_support::BatchOf;
using testing_support::ResultOf;

class CliStored : public testing_support::CliTest {
 protected:
  testing_support::Finished Run(std::vector<std::string> args,
                                const std::string& input = "") const {
    args.insert(args.begin(), {"--server", store_.target()});
    return testing_support::Command(std::move(args), input).Wait();
  }

  testing_support::FakeStore store_;
};
class CliFiles : public CliStored {};
class CliBatch : public CliStored {};

TEST_F(CliFiles, UploadPrintsTheId) {
  const auto done = Run({"files", "upload", File("in.jsonl", "lines"), "--expires-after", "7200"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "file-1\n");
  const auto& [file, bytes] = store_.files["file-1"];
  EXPECT_EQ(bytes, "lines");
  EXPECT_EQ(file.filename(), "in.jsonl");
  EXPECT_EQ(file.purpose(), "batch");
  EXPECT_EQ(file.expire_time().seconds() - file.create_time().seconds(), 7200);
}

TEST_F(CliFiles, UploadReadsStandardInput) {
  const auto done =
      Run({"files", "upload", "-", "--name", "dump.sql", "--purpose", "user_data", "--json"},
          "all of it");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(Parse(done.out)["filename"], "dump.sql");
  EXPECT_EQ(Parse(done.out)["bytes"], 9);
  EXPECT_EQ(store_.files["file-1"].second, "all of it");
  EXPECT_EQ(Run({"files", "upload", "-"}, "x").exit_code, 2);
  EXPECT_EQ(Run({"files", "upload", Path("none")}).exit_code, 2);
  EXPECT_EQ(Run({"files", "upload", folder_.string()}).exit_code, 2);
}

TEST_F(CliFiles, ListShowsEveryPage) {
  for (int i = 0; i < 5; ++i) Run({"files", "upload", "-", "--name", "f" + std::to_string(i)}, "x");
  const auto all = Run({"files", "list"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(std::ranges::count(all.out, '\n'), 6);
  EXPECT_THAT(all.out, StartsWith("id      purpose  size  created"));
  EXPECT_THAT(all.out, HasSubstr("file-5  batch    1 B   2023-11-14 22:13  -        f4"));
  EXPECT_EQ(std::ranges::count(Run({"files", "list", "--limit", "3"}).out, '\n'), 4);
  EXPECT_EQ(std::ranges::count(Run({"files", "list", "--json", "--limit", "0"}).out, '\n'), 5);
  EXPECT_EQ(std::ranges::count(Run({"files", "list", "--purpose", "evals"}).out, '\n'), 1);
}

TEST_F(CliFiles, ShowAndDelete) {
  Run({"files", "upload", "-", "--name", "f"}, "x");
  EXPECT_THAT(Run({"files", "show", "file-1"}).out, HasSubstr("filename  f\n"));
  EXPECT_EQ(Parse(Run({"files", "show", "file-1", "--json"}).out)["id"], "file-1");
  EXPECT_EQ(Run({"files", "show", "file-2"}).exit_code, 1);
  const auto deleted = Run({"files", "delete", "file-2", "file-1"});
  EXPECT_EQ(deleted.exit_code, 1);
  EXPECT_EQ(deleted.out, "file-1\n");
  EXPECT_THAT(deleted.err, HasSubstr("file-2"));
  EXPECT_TRUE(store_.files.empty());
}

TEST_F(CliFiles, DownloadWritesAndGoesOn) {
  const std::string bytes = "0123456789abcdefghijABCDEFGHIJ+";
  Run({"files", "upload", "-", "--name", "f"}, bytes);
  EXPECT_EQ(Run({"files", "download", "file-1"}).out, bytes);
  store_.breaks = {1};
  EXPECT_EQ(Run({"files", "download", "file-1", "-o", Path("out")}).exit_code, 0);
  EXPECT_EQ(Read("out"), bytes);
  File("out", bytes.substr(0, 13));
  store_.calls = 0;
  EXPECT_EQ(Run({"files", "download", "file-1", "-o", Path("out"), "--resume"}).exit_code, 0);
  EXPECT_EQ(Read("out"), bytes);
  EXPECT_EQ(Run({"files", "download", "file-1", "-o", Path("no/out")}).exit_code, 2);
  EXPECT_EQ(Run({"files", "download", "file-1", "--resume"}).exit_code, 2);
  EXPECT_EQ(Run({"files", "download", "file-9"}).exit_code, 1);
}

constexpr char kItems[] =
    R"({"custom_id":"a","prompt":"hi"})"
    "\n\n"
    R"({"model":"m","messages":[{"role":"user","content":"you"}],"top_k":7})"
    "\n"
    R"({"custom_id":"c","method":"POST","url":"/v1/chat/completions","body":{"model":"x","n": 1}})"
    "\n";

TEST_F(CliBatch, CreateSendsEveryLine) {
  const auto done = Run({"batch", "create", File("in.jsonl", kItems), "--request-id", "r-7",
                         "--metadata", "team=blue", "-m", "gpt-4.1"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "batch-1\n");
  EXPECT_EQ(store_.header.request_id(), "r-7");
  EXPECT_EQ(store_.header.metadata().at("team"), "blue");
  EXPECT_EQ(store_.header.endpoint(), "/v1/chat/completions");
  ASSERT_EQ(store_.items.size(), 3u);
  EXPECT_EQ(store_.items[0].custom_id(), "a");
  EXPECT_EQ(store_.items[0].chat_completion().model(), "gpt-4.1");
  EXPECT_EQ(store_.items[0].chat_completion().messages(0).content(), "hi");
  EXPECT_EQ(store_.items[1].custom_id(), "line-3");
  EXPECT_EQ(store_.items[1].chat_completion().extra().at("top_k"), "7");
  EXPECT_EQ(store_.items[2].raw_json(), R"({"model":"x","n": 1})");
}

TEST_F(CliBatch, CreateTakesOtherEndpoints) {
  const std::string line =
      R"({"custom_id":"a","method":"POST","url":"/v1/embeddings","body":{"model":"e","input":"x"}})";
  EXPECT_EQ(Run({"batch", "create", "-"}, line).exit_code, 0);
  EXPECT_EQ(store_.header.endpoint(), "/v1/embeddings");
  EXPECT_EQ(store_.items[0].raw_json(), R"({"model":"e","input":"x"})");
}

TEST_F(CliBatch, ABadLineCreatesNothing) {
  const auto refused = [&](const std::string& lines) {
    const auto done = Run({"batch", "create", "-"}, lines);
    EXPECT_EQ(done.exit_code, 2) << lines;
    EXPECT_EQ(done.out, "");
    return done.err;
  };
  EXPECT_THAT(refused("{bad\n"), HasSubstr("line 1"));
  EXPECT_THAT(refused(std::string(kItems) + "{\"prompt\":1}\n"), HasSubstr("line 5"));
  EXPECT_THAT(refused(std::string(kItems) + R"({"url":"/v1/embeddings","body":{}})"),
              HasSubstr("the lines before"));
  EXPECT_THAT(refused(""), HasSubstr("no items"));
  EXPECT_EQ(Run({"batch", "create", Path("none")}).exit_code, 2);
  EXPECT_EQ(Run({"batch", "create", "-", "--metadata", "odd"}, kItems).exit_code, 2);
}

TEST_F(CliBatch, CreateWaitsAndWritesTheResults) {
  store_.states = {BatchOf(v1::Batch::STATE_IN_PROGRESS, 3, 1),
                   BatchOf(v1::Batch::STATE_COMPLETED, 3, 3)};
  for (int i = 0; i < 3; ++i) store_.results.push_back(ResultOf(i));
  const auto done = Run({"batch", "create", File("in", kItems), "-o", Path("out")});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("completed, 3/3"));
  const std::string out = Read("out");
  EXPECT_EQ(std::ranges::count(out, '\n'), 3);
  const auto line = Parse(out.substr(0, out.find('\n')));
  EXPECT_EQ(line["custom_id"], "item-0");
  EXPECT_EQ(line["response"]["status_code"], 200);
  EXPECT_EQ(line["response"]["body"]["choices"][0]["message"]["content"], "answer 0");
}

TEST_F(CliBatch, ADashAsOutputIsStandardOutput) {
  for (int i = 0; i < 4; ++i) store_.states.push_back(BatchOf(v1::Batch::STATE_COMPLETED, 2, 2));
  for (int i = 0; i < 2; ++i) store_.results.push_back(ResultOf(i));
  for (const auto& done : {Run({"batch", "results", "batch-1", "-o", "-"}),
                           Run({"batch", "create", File("in", kItems), "-o", "-"})}) {
    EXPECT_EQ(done.exit_code, 0) << done.err;
    EXPECT_EQ(std::ranges::count(done.out, '\n'), 2) << done.out;
    EXPECT_EQ(Parse(done.out.substr(0, done.out.find('\n')))["custom_id"], "item-0");
  }
  EXPECT_FALSE(std::filesystem::exists("-"));
}

TEST_F(CliBatch, SaysHowManyItemsItsCostLeavesOut) {
  const auto last_line = [&](v1::Batch batch) {
    store_.states = {batch};
    return Run({"batch", "watch", "batch-1"}).err;
  };
  v1::Batch batch = BatchOf(v1::Batch::STATE_COMPLETED, 3, 3);
  batch.mutable_cost()->set_total_picousd(33'400'000);
  EXPECT_THAT(last_line(batch), HasSubstr("completed, 3/3, USD 0.0000334\n"));
  (*batch.mutable_cost()->mutable_unpriced_items())["USAGE_NOT_REPORTED"] = 2;
  EXPECT_THAT(last_line(batch),
              HasSubstr("3/3, USD 0.0000334, 2 not priced (USAGE_NOT_REPORTED)\n"));
  store_.states = {batch};
  EXPECT_THAT(Run({"batch", "show", "batch-1"}).out,
              HasSubstr("USD 0.0000334, 2 not priced (USAGE_NOT_REPORTED)\n"));
  batch.mutable_cost()->clear_total_picousd();
  EXPECT_THAT(last_line(batch), HasSubstr("3/3, 2 not priced (USAGE_NOT_REPORTED)\n"));
}

TEST_F(CliBatch, FailedItemsGiveExitCodeOne) {
  store_.states = {BatchOf(v1::Batch::STATE_COMPLETED, 3, 2, 1)};
  const auto watched = Run({"batch", "watch", "batch-1"});
  EXPECT_EQ(watched.exit_code, 1);
  EXPECT_THAT(watched.err, HasSubstr("1 failed"));
  EXPECT_EQ(Run({"batch", "create", File("in", kItems), "--wait"}).exit_code, 1);
  auto failed = ResultOf(0);
  failed.mutable_error()->set_code(8);
  failed.mutable_error()->set_message("limit");
  store_.results = {failed};
  const auto results = Run({"batch", "results", "batch-1"});
  EXPECT_EQ(results.exit_code, 1);
  EXPECT_EQ(Parse(results.out)["error"]["message"], "limit");
}

TEST_F(CliBatch, ResultsGoOnBehindTheLinesThatAreThere) {
  for (int i = 0; i < 4; ++i) store_.results.push_back(ResultOf(i));
  EXPECT_EQ(Run({"batch", "results", "batch-1", "-o", Path("out")}).exit_code, 0);
  const std::string whole = Read("out");
  const size_t second = whole.find('\n', whole.find('\n') + 1) + 1;
  File("out", whole.substr(0, second + 9));  // two lines, and a part of the third
  EXPECT_EQ(Run({"batch", "results", "batch-1", "-o", Path("out"), "--resume"}).exit_code, 0);
  EXPECT_EQ(Read("out"), whole);
}

TEST_F(CliBatch, ResumedResultsKnowOfTheFailureThatIsThere) {
  for (int i = 0; i < 3; ++i) store_.results.push_back(ResultOf(i));
  File("out", R"({"custom_id":"a","response":null,"error":{"code":"X"}})"
              "\n");
  EXPECT_EQ(Run({"batch", "results", "batch-1", "-o", Path("out"), "--resume"}).exit_code, 1);
}

TEST_F(CliBatch, ALineThatIsNotUtf8IsRefusedWithItsNumber) {
  const auto file = File("in.jsonl", "\xef\xbb\xbf{\"prompt\":\"ok\"}\n{\"prompt\":\"caf\xe9\"}\n");
  const auto done = Run({"batch", "create", file});
  EXPECT_EQ(done.exit_code, 2) << done.err;
  EXPECT_THAT(done.err, HasSubstr("line 2: is not valid UTF-8"));
}

TEST_F(CliBatch, ListShowAndCancel) {
  for (int i = 0; i < 3; ++i) store_.states.push_back(BatchOf(v1::Batch::STATE_COMPLETED, 4, 4));
  const auto list = Run({"batch", "list"});
  EXPECT_EQ(std::ranges::count(list.out, '\n'), 4);
  EXPECT_THAT(list.out, HasSubstr("batch-1  completed  2023-11-14 22:13  -      "));
  EXPECT_THAT(Run({"batch", "show", "batch-1"}).out, HasSubstr("state     completed\n"));
  EXPECT_EQ(Parse(Run({"batch", "show", "batch-1", "--json"}).out)["batch_id"], "batch-1");
  EXPECT_EQ(Run({"batch", "show", "batch-9"}).exit_code, 1);
  EXPECT_THAT(Run({"batch", "cancel", "batch-1"}).out, HasSubstr("cancelling"));
  EXPECT_TRUE(store_.cancelled);
}

TEST_F(CliBatch, DeleteSaysWhichAreGoneAndWhichWereNotThere) {
  store_.states = {BatchOf(v1::Batch::STATE_COMPLETED, 4, 4)};
  const auto done = Run({"batch", "delete", "batch-9", "batch-1"});
  EXPECT_EQ(done.exit_code, 1);
  EXPECT_EQ(done.out, "batch-1\n");
  EXPECT_THAT(done.err, HasSubstr("batch-9"));
  EXPECT_EQ(Run({"batch", "show", "batch-1"}).exit_code, 1);
  store_.states = {BatchOf(v1::Batch::STATE_COMPLETED, 4, 4)};
  const auto json = Run({"batch", "delete", "batch-1", "--json"});
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_EQ(Parse(json.out)["deleted"], true);
}

TEST_F(CliBatch, WrongUsageIsSaid) {
  EXPECT_EQ(Run({"batch"}).exit_code, 2);
  EXPECT_EQ(Run({"files"}).exit_code, 2);
  EXPECT_EQ(Run({"batch", "results", "b", "--resume"}).exit_code, 2);
  EXPECT_THAT(Run({"batch", "--help"}).out, HasSubstr("inferwire batch create questions.jsonl"));
  EXPECT_THAT(Run({"files", "upload", "--help"}).out, HasSubstr("--purpose"));
}

}  // namespace
}  // namespace inferwire
