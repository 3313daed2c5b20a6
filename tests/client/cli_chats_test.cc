// Chats that are kept: what was said comes back, for their user alone, and bounded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "chat_store.h"
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

std::string TextOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

SavedChat ChatOf(const std::string& name, const std::string& text) {
  SavedChat chat{.name = name, .created = 1'764'526'502};
  chat.request.set_model("m");
  auto& message = *chat.request.add_messages();
  message.set_role(v1::ROLE_USER);
  message.set_content(text);
  return chat;
}

class ChatStoreTest : public ::testing::Test {
 protected:
  testing_support::TempFolder folder_;
  ChatStore store_{folder_.File("data/chats")};
};

TEST_F(ChatStoreTest, AChatComesBackAsItWas) {
  const SavedChat chat = ChatOf("trip", "ä\n\x1b \"x\"");
  const auto saved = store_.Save(chat);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(ModeOf(folder_.File("data/chats/trip.json")), 0600u);
  EXPECT_EQ(ModeOf(folder_.File("data/chats")), 0700u);
  const auto loaded = store_.Load("trip");
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_EQ(loaded->created, chat.created);
  EXPECT_EQ(loaded->request.SerializeAsString(), chat.request.SerializeAsString());
  EXPECT_THAT(store_.Names(), ElementsAre("trip"));
  EXPECT_TRUE(store_.Delete("trip"));
  EXPECT_THAT(store_.Names(), IsEmpty());
  EXPECT_THAT(store_.Delete("trip").error().message, HasSubstr("there is no chat trip"));
  EXPECT_THAT(store_.Load("trip").error().message, HasSubstr("there is no chat trip"));
}

TEST_F(ChatStoreTest, NamesAreNoPaths) {
  for (const std::string name :
       {"", "..", ".hidden", "-rf", "a/b", "../x", "a b", "\xc3\xa4", "a\n"}) {
    EXPECT_FALSE(ChatStore::CheckName(name)) << name;
    EXPECT_FALSE(store_.Load(name)) << name;
    EXPECT_FALSE(store_.Save(ChatOf(name, "x"))) << name;
    EXPECT_FALSE(store_.Delete(name)) << name;
  }
  EXPECT_FALSE(ChatStore::CheckName(std::string(65, 'a')));
  EXPECT_TRUE(ChatStore::CheckName("Trip_2.b-c"));
}

TEST_F(ChatStoreTest, WhatIsNoChatIsAnErrorAndStays) {
  ASSERT_TRUE(store_.Save(ChatOf("a", "x")));
  const std::string path = folder_.File("data/chats/a.json");
  for (const std::string text :
       {"", "{", "[]", "{\"version\":2}", "{\"version\":1}", "{\"version\":1,\"request\":7}"}) {
    std::ofstream(path) << text;
    const auto loaded = store_.Load("a");
    ASSERT_FALSE(loaded) << text;
    EXPECT_THAT(loaded.error().message, HasSubstr("is no chat of this version")) << text;
    EXPECT_EQ(TextOf(path), text);
  }
}

TEST_F(ChatStoreTest, IsBounded) {
  const auto large = store_.Save(ChatOf("large", std::string(ChatStore::kMostChatBytes, 'x')));
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr("longer than 16 MiB"));
  EXPECT_FALSE(store_.Has("large"));
  ASSERT_TRUE(store_.Save(ChatOf("named", "x")));
  for (std::size_t i = 0; i < ChatStore::kMostUnnamed + 3; ++i) {
    ASSERT_TRUE(store_.Save(ChatOf(store_.FreshName(1'000'000'000), "x")));
  }
  EXPECT_EQ(store_.Names().size(), ChatStore::kMostUnnamed + 1);
  EXPECT_TRUE(store_.Has("named"));
}

TEST_F(ChatStoreTest, OneProcessHasAChatOpen) {
  auto lock = store_.Lock("trip");
  ASSERT_TRUE(lock);
  EXPECT_THAT(store_.Lock("trip").error().message, HasSubstr("open in another process"));
  EXPECT_TRUE(store_.Lock("other"));
  *lock = ChatLock();
  EXPECT_TRUE(store_.Lock("trip"));
}

}  // namespace
}  // namespace inferwire::cli
