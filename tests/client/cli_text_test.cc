// Text that the command is given: encodings, prompts with standard input, empty input.
#include "client/cli_fixture.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;
using testing_support::CliTest;

constexpr char kMark[] = "\xef\xbb\xbf";

class CliText : public CliTest {
 protected:
  CliText() {
    EchoUnary();
    gateway_.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  }

  std::string Prompt(std::vector<std::string> args, const std::string& input = "") {
    args.insert(args.begin(), {"complete", "--no-stream"});
    seen_.Clear();
    const auto done = Run(std::move(args), input);
    EXPECT_EQ(done.exit_code, 0) << done.err;
    const auto& message = seen_.messages(seen_.messages_size() - 1);
    return message.content();
  }
};

TEST_F(CliText, ThePromptComesBeforeWhatIsPipedIn) {
  EXPECT_EQ(Prompt({"Summarise:"}, "one\ntwo\n"), "Summarise:\n\none\ntwo\n");
  EXPECT_EQ(Prompt({"two", "words"}, "text"), "two words\n\ntext");
  EXPECT_EQ(Prompt({}, "only this"), "only this");
  EXPECT_EQ(Prompt({"-"}, "only this"), "only this");
  EXPECT_EQ(Prompt({"hi"}, ""), "hi");
  EXPECT_EQ(Prompt({"hi"}, " \n"), "hi");
}

TEST_F(CliText, AnEmptyPromptIsWrongUsage) {
  for (const std::string input : {"", " \n\t\n", kMark}) {
    for (const std::vector<std::string>& args : {std::vector<std::string>{"complete"},
                                                 {"complete", "-"},
                                                 {"complete", ""},
                                                 {"estimate"}}) {
      const auto done = Run(args, input);
      EXPECT_EQ(done.exit_code, 2) << input << args.size();
      EXPECT_THAT(done.err, HasSubstr("the prompt is empty"));
    }
  }
}

TEST_F(CliText, AnEmptyFileIsWrongUsage) {
  for (const std::string text : {"", "\n\n", kMark}) {
    for (const char* verb : {"many", "batch"}) {
      std::vector<std::string> args = {verb};
      if (args[0] == "batch") args.push_back("create");
      args.push_back(File("empty.jsonl", text));
      const auto done = Run(args);
      EXPECT_EQ(done.exit_code, 2) << verb;
      EXPECT_THAT(done.err, HasSubstr("has no items")) << verb;
    }
  }
}

TEST_F(CliText, AByteOrderMarkIsNotPartOfAText) {
  EXPECT_EQ(Prompt({}, std::string(kMark) + "hi"), "hi");
  const auto schema = File("s.json", std::string(kMark) + R"({"type":"object","properties":{}})");
  EXPECT_EQ(Prompt({"--schema", schema, "hi"}), "hi");
  EXPECT_EQ(seen_.response_format().json_schema().schema_json(),
            R"({"type":"object","properties":{}})");
  const auto tool =
      File("t.json", std::string(kMark) + R"([{"type":"function","function":{"name":"f"}}])");
  EXPECT_EQ(Prompt({"--tool", tool, "hi"}), "hi");
  EXPECT_EQ(seen_.tools(0).function().name(), "f");
  const auto bare = File("f.json", std::string(kMark) + R"({"name":"g"})");
  EXPECT_EQ(Prompt({"--tool", bare, "hi"}), "hi");
  EXPECT_EQ(seen_.tools(0).function().name(), "g");
  const auto items = File("in.jsonl", std::string(kMark) + "{\"prompt\":\"x\"}\r\n");
  EXPECT_EQ(Run({"many", items}).exit_code, 0);
}

TEST_F(CliText, WhatIsNotUtf8IsRefusedWithItsLineAndNeverSent) {
  bool asked = false;
  gateway_.on_complete = [&](auto&, const auto&, auto&) {
    asked = true;
    return grpc::Status::OK;
  };
  gateway_.on_stream = [&](auto&, const auto&, auto&) {
    asked = true;
    return grpc::Status::OK;
  };
  gateway_.on_many = [&](auto&, auto&) {
    asked = true;
    return grpc::Status::OK;
  };
  const std::string line1 = "{\"item_id\":\"a\",\"prompt\":\"ok\"}\n";
  for (const std::string bad :
       {"caf\xe9", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "cut \xe2\x82", "\xff"}) {
    const std::string line2 = "{\"item_id\":\"b\",\"prompt\":\"" + bad + "\"}\n";
    const auto file = File("in.jsonl", line1 + line2);
    const auto many = Run({"many", file});
    EXPECT_EQ(many.exit_code, 2) << many.err;
    EXPECT_THAT(many.err, HasSubstr("line 2: is not valid UTF-8"));
    const auto piped = Run({"complete", "--no-stream"}, "fine\n\n" + bad);
    EXPECT_EQ(piped.exit_code, 2);
    EXPECT_THAT(piped.err, HasSubstr("standard input: line 3: is not valid UTF-8"));
    for (const std::vector<std::string>& args :
         {std::vector<std::string>{"complete", bad},
          {"complete", "--system", bad, "hi"},
          {"complete", "--stop", bad, "hi"},
          {"complete", "--param", "user=" + bad, "hi"},
          {"complete", "--schema", File("s", "{\"a\":\"" + bad + "\"}"), "hi"},
          {"complete", "--tool", File("t", "{\"name\":\"" + bad + "\"}"), "hi"}}) {
      const auto done = Run(args);
      EXPECT_EQ(done.exit_code, 2) << args[1];
      EXPECT_THAT(done.err, HasSubstr("is not valid UTF-8")) << args[1];
    }
    const auto chat = Run({"chat"}, "\n\n" + bad + "\nhi\n");
    EXPECT_EQ(chat.exit_code, 2);
    EXPECT_THAT(chat.err, HasSubstr("standard input: line 3: is not valid UTF-8"));
    EXPECT_EQ(Run({"chat", "--system", bad}, "hi\n").exit_code, 2);
  }
  EXPECT_FALSE(asked);
}

TEST_F(CliText, Utf16IsNamed) {
  const std::string text("\xff\xfeh\0i\0", 6);
  for (const char* verb : {"complete", "chat"}) {
    const auto done = Run({verb}, text);
    EXPECT_EQ(done.exit_code, 2) << verb;
    EXPECT_THAT(done.err, HasSubstr("is UTF-16")) << verb;
  }
}

TEST_F(CliText, AChatThatIsGivenNothingIsWrongUsage) {
  bool asked = false;
  gateway_.on_stream = [&](auto&, const auto&, auto&) {
    asked = true;
    return grpc::Status::OK;
  };
  for (const std::string input : {"", "\n", " \t\r\n\n", kMark, "\xef\xbb\xbf\r\n"}) {
    const auto done = Run({"chat", "--system", "Be kind."}, input);
    EXPECT_EQ(done.exit_code, 2) << input;
    EXPECT_THAT(done.err, HasSubstr("standard input is empty")) << input;
  }
  EXPECT_FALSE(asked);
  EXPECT_EQ(Run({"chat"}, "/exit\n").exit_code, 0);
}

TEST_F(CliText, AChatsLinesAreThoseOfAnyTextFile) {
  EchoStream();
  const auto done = Run({"chat"}, std::string(kMark) + "one\r\n/reset\r\ntwo\r\n/exit\r\nno");
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "echo one\necho two\n");
  EXPECT_EQ(done.err.find("/reset forgets"), std::string::npos) << done.err;
  EXPECT_EQ(Run({"chat"}, std::string(kMark) + "/exit\nno\n").out, "");
}

TEST_F(CliText, WhatCameBeforeALineThatIsNotUtf8IsAnswered) {
  EchoStream();
  const auto done = Run({"chat"}, "one\ncaf\xe9\ntwo\n");
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_EQ(done.out, "echo one\n");
  EXPECT_THAT(done.err, HasSubstr("standard input: line 2: is not valid UTF-8"));
}

TEST_F(CliText, EveryVerbKnowsTheVersion) {
  for (const std::vector<std::string>& args : {std::vector<std::string>{"--version"},
                                               {"complete", "--version"},
                                               {"many", "--version"},
                                               {"batch", "create", "--version"},
                                               {"models", "--version"},
                                               {"files", "list", "--version"}}) {
    const auto done = Run(args);
    EXPECT_EQ(done.exit_code, 0) << args[0] << done.err;
    EXPECT_EQ(done.out, "inferwire " INFERWIRE_VERSION "\n") << args[0];
  }
}

TEST_F(CliText, ResumeAsksAgainWhatFailed) {
  const auto in = File("in.jsonl",
                       "{\"item_id\":\"good\",\"prompt\":\"x\"}\n"
                       "{\"item_id\":\"bad\",\"prompt\":\"x\"}\n"
                       "{\"item_id\":\"http\",\"prompt\":\"x\"}\n"
                       "{\"item_id\":\"cut\",\"prompt\":\"x\"}\n");
  const std::string good =
      R"({"custom_id":"good","response":{"status_code":200,"body":{}},"error":null})"
      "\n";
  File("out.jsonl", good + R"({"custom_id":"bad","response":null,"error":{"code":"X"}})"
                           "\n"
                           R"({"custom_id":"http","response":{"status_code":429},"error":null})"
                           "\n"
                           R"({"custom_id":"cut","resp)");
  const auto done = Run({"many", in, "-o", Path("out.jsonl"), "--resume"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.err, HasSubstr("1 are in the output already"));
  EXPECT_THAT(done.err, HasSubstr("3 succeeded"));
  const std::string out = Read("out.jsonl");
  EXPECT_TRUE(out.starts_with(good)) << out;
  EXPECT_EQ(std::ranges::count(out, '\n'), 4);
  for (const char* id : {"good", "bad", "http", "cut"}) {
    const std::string member = "\"custom_id\":\"" + std::string(id) + "\"";
    const auto at = out.find(member);
    ASSERT_NE(at, std::string::npos) << id;
    EXPECT_EQ(out.find(member, at + 1), std::string::npos) << id;
  }
}

}  // namespace
}  // namespace inferwire
