// Streams that number their tool calls badly come out numbered well.
#include "openai/tool_call_indexer.h"

#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace inferwire::openai {
namespace {

// The differences of one chunk, in and out as text.
std::string Normalised(ToolCallIndexer& indexer, const std::string& in) {
  v1::Delta delta;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(in, &delta)) << in;
  EXPECT_TRUE(indexer.Normalise(*delta.mutable_tool_calls()));
  return delta.ShortDebugString();
}

TEST(ToolCallIndexer, LeavesGoodStreamsAlone) {
  ToolCallIndexer indexer;
  for (const std::string text :
       {R"(tool_calls { index: 0 id: "a" type: "function" function { name: "f" arguments: "" } })",
        R"(tool_calls { index: 0 function { arguments: "{}" } })",
        R"(tool_calls { index: 1 id: "b" type: "function" function { name: "f" arguments: "" } })",
        R"(tool_calls { index: 0 function { arguments: "x" } })"}) {
    EXPECT_EQ(Normalised(indexer, text), text);
  }
}

TEST(ToolCallIndexer, MissingIndexOpensACallForANewIdElseContinuesTheLast) {
  ToolCallIndexer indexer;
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { id: "a" function { name: "f" } })"),
            R"(tool_calls { index: 0 id: "a" function { name: "f" } })");
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { function { arguments: "1" } })"),
            R"(tool_calls { index: 0 function { arguments: "1" } })");
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { id: "b" function { name: "g" } })"),
            R"(tool_calls { index: 1 id: "b" function { name: "g" } })");
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { id: "" function { arguments: "2" } })"),
            R"(tool_calls { index: 1 function { arguments: "2" } })");
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { id: "a" function { arguments: "3" } })"),
            R"(tool_calls { index: 0 function { arguments: "3" } })");
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { index: -1 function { arguments: "4" } })"),
            R"(tool_calls { index: 0 function { arguments: "4" } })");
}

TEST(ToolCallIndexer, FirstCallNeedsNeitherIndexNorId) {
  ToolCallIndexer indexer;
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { function { name: "f" } })"),
            R"(tool_calls { index: 0 function { name: "f" } })");
}

TEST(ToolCallIndexer, DuplicateIndexInOneChunkIsMerged) {
  ToolCallIndexer indexer;
  EXPECT_EQ(
      Normalised(indexer, R"(tool_calls { index: 0 id: "a" function { name: "f" arguments: "1" } }
                             tool_calls { index: 1 id: "b" custom { name: "c" input: "x" } }
                             tool_calls { index: 0 function { arguments: "2" } }
                             tool_calls { index: 1 custom { input: "y" } })"),
      R"(tool_calls { index: 0 id: "a" function { name: "f" arguments: "12" } } )"
      R"(tool_calls { index: 1 id: "b" custom { name: "c" input: "xy" } })");
}

TEST(ToolCallIndexer, SameIndexWithAnotherIdAndNameIsAnotherCall) {
  ToolCallIndexer indexer;
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { index: 0 id: "a" function { name: "f" } }
                                   tool_calls { index: 0 id: "b" function { name: "f" } })"),
            R"(tool_calls { index: 0 id: "a" function { name: "f" } } )"
            R"(tool_calls { index: 1 id: "b" function { name: "f" } })");
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { index: 0 function { arguments: "1" } })"),
            R"(tool_calls { index: 1 function { arguments: "1" } })");
}

// How many calls it makes of these, and what each then is.
std::string CallsOf(const std::vector<std::string>& chunks) {
  ToolCallIndexer indexer;
  std::map<int, std::string> calls;
  for (const std::string& chunk : chunks) {
    v1::Delta delta;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(chunk, &delta)) << chunk;
    EXPECT_TRUE(indexer.Normalise(*delta.mutable_tool_calls()));
    for (const v1::ToolCallDelta& call : delta.tool_calls()) {
      std::string& text = calls[call.index()];
      if (call.function().has_name()) text += call.function().name() + '(';
      text += call.function().arguments();
    }
  }
  std::string all;
  for (const auto& [index, text] : calls) all += std::to_string(index) + ':' + text + ' ';
  return all;
}

TEST(ToolCallIndexer, ParallelCallsWithoutIdsAreToldApart) {
  const auto call = [](const std::string& where, const std::string& name, const std::string& text) {
    return "tool_calls { " + where + " function { " +
           (name.empty() ? "" : "name: '" + name + "' ") + "arguments: '" + text + "' } } ";
  };
  for (const std::string where : {"", "index: 0", "index: 0 id: ''", "id: ''"}) {
    EXPECT_EQ(CallsOf({call(where, "f", "{}") + call(where, "g", "{}")}), "0:f({} 1:g({} ")
        << where;
    EXPECT_EQ(CallsOf({call(where, "f", "{}"), call(where, "g", "{}")}), "0:f({} 1:g({} ") << where;
    EXPECT_EQ(CallsOf({call(where, "f", ""), call(where, "", "{\"a\""), call(where, "", ":1}"),
                       call(where, "g", ""), call(where, "", "{}")}),
              "0:f({\"a\":1} 1:g({} ")
        << where;
    // The same function twice: its first call's arguments are complete.
    EXPECT_EQ(CallsOf({call(where, "f", "{\"a\":\"}\"}"), call(where, "f", "{\"a\":2}")}),
              "0:f({\"a\":\"}\"} 1:f({\"a\":2} ")
        << where;
    // A name in every difference of one call, and at its end.
    EXPECT_EQ(CallsOf({call(where, "f", "{\"a\""), call(where, "f", ":1"), call(where, "f", "}"),
                       call(where, "f", "")}),
              "0:f({\"a\":1} ")
        << where;
  }
}

TEST(ToolCallIndexer, AnIdInTheFirstDifferenceOnly) {
  EXPECT_EQ(CallsOf({"tool_calls { index: 0 id: 'a' function { name: 'f' arguments: '{' } }",
                     "tool_calls { index: 0 function { arguments: '}' } }",
                     "tool_calls { index: 0 function { name: 'g' arguments: '[]' } }"}),
            "0:f({} 1:g([] ");
}

TEST(ToolCallIndexer, OneIdForEveryCall) {
  EXPECT_EQ(CallsOf({"tool_calls { index: 0 id: 'a' function { name: 'f' arguments: '{' } }",
                     "tool_calls { index: 1 id: 'a' function { name: 'f' arguments: '[' } }",
                     "tool_calls { index: 1 id: 'a' function { arguments: ']' } }",
                     "tool_calls { index: 0 id: 'a' function { arguments: '}' } }"}),
            "0:f({} 1:f([] ");
}

TEST(ToolCallIndexer, ANewIdForEveryDifferenceWithoutAnIndex) {
  EXPECT_EQ(CallsOf({"tool_calls { id: 'a' function { name: 'f' arguments: '{' } }",
                     "tool_calls { id: 'b' function { arguments: '}' } }",
                     "tool_calls { id: 'c' function { name: 'g' arguments: '{}' } }"}),
            "0:f({} 1:g({} ");
}

TEST(ToolCallIndexer, ANameThatGrowsIsOneName) {
  EXPECT_EQ(CallsOf({"tool_calls { index: 0 function { name: 'get_' } }",
                     "tool_calls { index: 0 function { name: 'get_time' arguments: '{}' } }"}),
            "0:get_(get_time({} ");
}

TEST(ToolCallIndexer, IdTypeAndNameComeOnce) {
  ToolCallIndexer indexer;
  const std::string first =
      R"(tool_calls { index: 0 id: "a" type: "function" function { name: "f" } })";
  EXPECT_EQ(Normalised(indexer, first), first);
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { index: 0 id: "a" type: "function"
                                   function { name: "f" arguments: "1" } })"),
            R"(tool_calls { index: 0 function { arguments: "1" } })");
  // A made-up id for every difference.
  EXPECT_EQ(Normalised(indexer, R"(tool_calls { index: 0 id: "z" function { arguments: "2" } })"),
            R"(tool_calls { index: 0 function { arguments: "2" } })");
}

TEST(ToolCallIndexer, CallsAreBounded) {
  ToolCallIndexer indexer;
  v1::Delta delta;
  for (size_t i = 0; i < ToolCallIndexer::kMaxCalls; ++i) {
    delta.add_tool_calls()->set_id(std::to_string(i));
  }
  EXPECT_TRUE(indexer.Normalise(*delta.mutable_tool_calls()));
  v1::Delta one_more;
  one_more.add_tool_calls()->set_id("more");
  EXPECT_FALSE(indexer.Normalise(*one_more.mutable_tool_calls()));
}

TEST(ToolCallIndexer, HugeIndexIsNoHarm) {
  ToolCallIndexer indexer;
  EXPECT_EQ(Normalised(indexer, "tool_calls { index: 2147483647 id: \"a\" }"),
            "tool_calls { index: 2147483647 id: \"a\" }");
  v1::Delta delta;
  delta.add_tool_calls()->set_id("b");
  EXPECT_TRUE(indexer.Normalise(*delta.mutable_tool_calls()));
  EXPECT_EQ(delta.tool_calls_size(), 1);
}

}  // namespace
}  // namespace inferwire::openai
