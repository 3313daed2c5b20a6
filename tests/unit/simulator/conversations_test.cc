#include "unit/simulator/responses_fixture.h"
#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {
namespace {

class ConversationsTest : public ResponsesTest {
 protected:
  Json Converse(const Json& body = Json::object()) {
    return Post(*simulator, "/v1/conversations", body).json();
  }
  std::string PathOf(const Json& conversation, const std::string& more = "") {
    return "/v1/conversations/" + conversation["id"].get<std::string>() + more;
  }
};

TEST_F(ConversationsTest, AreMadeChangedAndDeleted) {
  const Json made = Converse({{"metadata", {{"topic", "rivers"}}}});
  EXPECT_EQ(made["object"], "conversation");
  EXPECT_EQ(Get(*simulator, PathOf(made)).json(), made);
  const Json changed = Post(*simulator, PathOf(made), {{"metadata", {{"topic", "hills"}}}}).json();
  EXPECT_EQ(changed["metadata"]["topic"], "hills");
  EXPECT_EQ(Send(*simulator, "DELETE", PathOf(made)).json()["object"], "conversation.deleted");
  EXPECT_EQ(Get(*simulator, PathOf(made)).status, 404);
  EXPECT_EQ(Send(*simulator, "POST", "/v1/conversations").status, 200) << "without a body";
}

TEST_F(ConversationsTest, KeepItems) {
  const Json item = {{"role", "user"}, {"content", "Hello"}};
  const Json made = Converse({{"items", {item}}});
  const Json added = Post(*simulator, PathOf(made, "/items"), {{"items", {item, item}}}).json();
  EXPECT_EQ(added["data"].size(), 2u);
  const Json all = Get(*simulator, PathOf(made, "/items?order=asc")).json();
  ASSERT_EQ(all["data"].size(), 3u);
  EXPECT_EQ(all["data"][0]["content"][0]["type"], "input_text");
  const std::string id = all["data"][0]["id"];
  EXPECT_EQ(Get(*simulator, PathOf(made, "/items/" + id)).json(), all["data"][0]);
  EXPECT_EQ(Send(*simulator, "DELETE", PathOf(made, "/items/" + id)).json(), made);
  EXPECT_EQ(Get(*simulator, PathOf(made, "/items/" + id)).status, 404);
  EXPECT_EQ(Post(*simulator, PathOf(made, "/items"), Json::object()).status, 400);
}

TEST_F(ConversationsTest, RememberResponses) {
  const Json made = Converse();
  const Json first = Create({{"conversation", made["id"]}});
  EXPECT_EQ(first["conversation"]["id"], made["id"]);
  const Json second = Create({{"conversation", {{"id", made["id"]}}}});
  EXPECT_GT(second["usage"]["input_tokens"].get<int>(), first["usage"]["input_tokens"].get<int>());
  EXPECT_EQ(Get(*simulator, PathOf(made, "/items")).json()["data"].size(), 4u);
  EXPECT_EQ(Try({{"conversation", "conv_none"}}).status, 404);
}

TEST(KeptThings, AreForgottenOldestFirst) {
  Options options;
  options.max_kept = 2;
  auto simulator = std::move(*Simulator::Start(options));
  std::vector<std::string> paths;
  for (int i = 0; i < 3; ++i) {
    const Json made = Post(*simulator, "/v1/conversations", Json::object()).json();
    paths.push_back("/v1/conversations/" + made["id"].get<std::string>());
  }
  EXPECT_EQ(Get(*simulator, paths[0]).status, 404);
  EXPECT_EQ(Get(*simulator, paths[2]).status, 200);
}

}  // namespace
}  // namespace inferwire::simulator::testing
