#include "openai/owned_ids.h"

#include <gtest/gtest.h>

namespace inferwire::openai {
namespace {

TEST(OwnedIds, APathSaysWhatTheCallDoesToWhat) {
  struct Case {
    const char *method, *path;
    const char *uses, *creates, *removes;  // "kind id", "kind", "kind id"; empty: nothing
    bool lists;
  };
  const Case cases[] = {
      {"GET", "/files/file-1", "files file-1", "", "", false},
      {"GET", "/files/file-1/content", "files file-1", "", "", false},
      {"GET", "/v1/files/file-1", "files file-1", "", "", false},
      {"GET", "//files//file-1/", "files file-1", "", "", false},
      {"GET", "/files/%66ile-1", "files file-1", "", "", false},
      {"DELETE", "/files/file-1", "files file-1", "", "files file-1", false},
      {"DELETE", "/vector_stores/vs/files/f", "vector_stores vs", "", "", false},
      {"POST", "/files", "", "files", "", false},
      {"GET", "/files", "", "", "", true},
      {"GET", "/files/", "", "", "", true},
      {"GET", "/v1/batches", "", "", "", true},
      {"POST", "/batches", "", "batches", "", false},
      {"POST", "/batches/b/cancel", "batches b", "", "", false},
      {"POST", "/responses", "", "responses", "", false},
      {"GET", "/responses/r/input_items", "responses r", "", "", false},
      {"POST", "/responses/input_tokens", "", "", "", false},
      {"POST", "/fine_tuning/jobs/j/cancel", "fine_tuning/jobs j", "", "", false},
      {"POST", "/fine_tuning/jobs", "", "fine_tuning/jobs", "", false},
      {"POST", "/threads/runs", "", "threads", "", false},
      {"POST", "/threads/t/runs", "threads t", "", "", false},
      {"GET", "/threads/t/runs/r", "threads t", "", "", false},
      {"GET", "/threads/runs", "threads runs", "", "", false},
      {"POST", "/chat/completions", "", "", "", false},
      {"GET", "/chat/completions", "", "", "", true},
      {"GET", "/chat/completions/c", "chat/completions c", "", "", false},
      {"POST", "/embeddings", "", "", "", false},
      {"GET", "/models/files", "", "", "", true},
      {"GET", "/models", "", "", "", false},
  };
  const auto text = [](const gateway::OwnedThing& thing) {
    return thing.id.empty() ? thing.kind : thing.kind + " " + thing.id;
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(std::string(each.method) + " " + each.path);
    const OwnedCall call = OwnedInPath(each.method, each.path, "up");
    EXPECT_EQ(call.uses.empty() ? "" : text(call.uses.front()), each.uses);
    EXPECT_EQ(call.creates ? text(*call.creates) : "", each.creates);
    EXPECT_EQ(call.removes ? text(*call.removes) : "", each.removes);
    EXPECT_EQ(call.lists, each.lists);
  }
}

TEST(OwnedIds, AJsonTextNamesThingsAtAnyDepthAndInAnySpelling) {
  struct Case {
    const char* json;
    std::vector<std::string> things;
  };
  const Case cases[] = {
      {R"({"input_file_id":"f"})", {"files f"}},
      {R"({"assistant_id":"a"})", {"assistants a"}},
      {R"({"training_file":"f","validation_file":"g"})", {"files f", "files g"}},
      {R"({"file_ids":["f","g"]})", {"files f", "files g"}},
      {R"({"messages":[{"content":[{"type":"file","file":{"file_id":"f"}}]}]})", {"files f"}},
      {R"({"\u0066ile_id":"\u0066"})", {"files f"}},
      {R"({"previous_response_id":"r"})", {"responses r"}},
      {R"({"conversation":"c"})", {"conversations c"}},
      {R"({"conversation":{"id":"c"}})", {"conversations c"}},
      {R"({"tools":[{"type":"file_search","vector_store_ids":["v"]}]})", {"vector_stores v"}},
      {R"({"tools":[{"type":"code_interpreter","container":{"type":"auto","file_ids":["f"]}}]})",
       {"files f"}},
      {R"({"file_id":null,"file":"x","tool_call_id":"t","text":"file_id"})", {}},
      {R"({"file_id":"a","file_id":"b"})", {"files a", "files b"}},
      {"hello", {}},
      {"", {}},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.json);
    const auto found = OwnedInJson(each.json, "up");
    ASSERT_TRUE(found);
    std::vector<std::string> things;
    for (const gateway::OwnedThing& thing : *found) things.push_back(thing.kind + " " + thing.id);
    EXPECT_EQ(things, each.things);
  }
  EXPECT_FALSE(OwnedInJson(R"({"file_id":"f",})", "up")) << "some servers read that";
}

TEST(OwnedIds, AnAnswersIdIsItsOwn) {
  EXPECT_EQ(IdOfAnswer(R"({"object":"file","id":"f"})"), "f");
  EXPECT_EQ(IdOfAnswer(R"({"type":"response.created","response":{"id":"r"}})"), "r");
  EXPECT_EQ(IdOfAnswer(R"({"data":{"id":"x"}})"), "");
  EXPECT_EQ(IdOfAnswer(R"({"response":{"id":"r"},"id":"e"})"), "e");
  EXPECT_EQ(IdOfAnswer(R"({"id":"run_1","object":"thread.run","thread_id":"t"})"), "t");
  EXPECT_EQ(IdOfAnswer(R"({"id":"msg_1","object":"thread.message","thread_id":"t"})"), "msg_1");
  EXPECT_EQ(IdOfAnswer("[DONE]"), "");
  EXPECT_EQ(IdOfAnswer(R"({"id":"f")"), "");
}

}  // namespace
}  // namespace inferwire::openai
