#include "config/raw.h"

#include <gmock/gmock.h>

namespace inferwire::config {
namespace {

using Rules = std::vector<RawRule>;

TEST(RawAllowList, KnowsSegmentsStarsAndTrees) {
  const RawAllowList list(
      {{"GET", "/a"}, {"GET", "/a/*/c"}, {"POST", "/t/**"}, {"GET", "/*/x/**"}});
  EXPECT_TRUE(list.Allowed("GET", "/a"));
  EXPECT_TRUE(list.Allowed("GET", "/a/b/c"));
  EXPECT_TRUE(list.Allowed("POST", "/t"));
  EXPECT_TRUE(list.Allowed("POST", "/t/u/v"));
  EXPECT_TRUE(list.Allowed("GET", "/q/x/y"));

  EXPECT_FALSE(list.Allowed("POST", "/a"));
  EXPECT_FALSE(list.Allowed("get", "/a"));
  EXPECT_FALSE(list.Allowed("GET", "/a/b"));
  EXPECT_FALSE(list.Allowed("GET", "/a/b/c/d"));
  EXPECT_FALSE(list.Allowed("GET", "/A"));
  EXPECT_FALSE(list.Allowed("POST", "/tt"));
  EXPECT_FALSE(list.Allowed("GET", "/t"));
  EXPECT_FALSE(RawAllowList(Rules{}).Allowed("GET", "/a"));
}

TEST(RawAllowList, ComparesWhatASegmentMeans) {
  const RawAllowList list(Rules{{"GET", "/files/*"}});
  EXPECT_TRUE(list.Allowed("GET", "/%66iles/a%20b"));
  EXPECT_TRUE(list.Allowed("GET", "/files/ft:gpt-4.1:org::id"));
}

TEST(RawAllowList, RefusesSpellingsThatServersReadDifferently) {
  const RawAllowList list(Rules{{"GET", "/files/**"}});
  ASSERT_TRUE(list.Allowed("GET", "/files/a/b"));
  for (const char* path : {"",
                           "files/a",
                           "/",
                           "/files/",
                           "/files//a",
                           "//files/a",
                           "/files/./a",
                           "/files/../models",
                           "/files/..name",
                           "/files/%2e%2e/models",
                           "/files/%2E./a",
                           "/files/.%2e/a",
                           "/files/a%2fb",
                           "/files/a%5cb",
                           "/files/a%252fb",
                           "/files/a%00b",
                           "/files/a%0d%0ab",
                           "/files/a%7f",
                           "/files/a%",
                           "/files/a%4",
                           "/files/a%zz",
                           "/files/a?b=c",
                           "/files/a#b",
                           "/files/a b",
                           "/files/a\\b",
                           "/files/a\nb",
                           "/files/a\x7f",
                           "/files/\xc3\xa4",
                           "/files/%c0%ae%c0%ae/models",
                           "/files/%c0%af",
                           "/files/%e0%80%af",
                           "/files/%ff",
                           "/files/%ed%a0%80",
                           "/files/%ef%bc%8e%ef%bc%8e/models",
                           "/files/a%ef%bc%8fb",
                           "/files/a%3bb=c",
                           "/files/a%3fb=c",
                           "/files/a%23b",
                           "/files/%u002e%u002e/models",
                           "/files/a;b=c",
                           "https://evil/files/a"}) {
    EXPECT_FALSE(list.Allowed("GET", path)) << path;
  }
  EXPECT_FALSE(list.Allowed("GET", std::string_view("/files/a\0b", 10)));
}

TEST(RawAllowList, BoundsThePath) {
  const RawAllowList list(Rules{{"GET", "/files/**"}});
  const std::string longest = "/files/" + std::string(kMaxRawPathBytes - 7, 'a');
  EXPECT_TRUE(list.Allowed("GET", longest));
  EXPECT_FALSE(list.Allowed("GET", longest + "a"));
}

TEST(RawAllowList, NeverOpensTheAdministration) {
  const RawAllowList list(Rules{{"GET", "/*"}, {"GET", "/*/**"}});
  ASSERT_TRUE(list.Allowed("GET", "/models/organization-like"));
  for (const char* path : {"/organization", "/organization/admin_api_keys", "/Organization/users",
                           "/%6frganization/users", "/v1/organization/users"}) {
    EXPECT_FALSE(list.Allowed("GET", path)) << path;
  }
}

TEST(DefaultRawRules, AreSoundAndOpenWhatKeepsNothingOfItsCaller) {
  for (const RawRule& rule : DefaultRawRules()) EXPECT_EQ(FaultOf(rule), "") << rule.path;
  const RawAllowList list(DefaultRawRules());
  EXPECT_TRUE(list.Allowed("GET", "/models"));
  EXPECT_TRUE(list.Allowed("GET", "/models/gpt-4.1-mini"));
  EXPECT_TRUE(list.Allowed("GET", "/models/%E5%90%8D"));
  EXPECT_TRUE(list.Allowed("POST", "/embeddings"));
  EXPECT_TRUE(list.Allowed("POST", "/chat/completions"));
  EXPECT_TRUE(list.Allowed("POST", "/responses"));
  EXPECT_TRUE(list.Allowed("POST", "/audio/speech"));

  EXPECT_FALSE(list.Allowed("GET", "/organization/usage/completions"));
  EXPECT_FALSE(list.Allowed("POST", "/realtime/client_secrets"));
  EXPECT_FALSE(list.Allowed("GET", "/embeddings"));
  EXPECT_FALSE(list.Allowed("PUT", "/files"));
}

TEST(DefaultRawRules, KeepWhatLiesInTheSharedAccountClosed) {
  const RawAllowList list(DefaultRawRules());
  for (const char* tree :
       {"/files", "/uploads", "/batches", "/fine_tuning/jobs", "/vector_stores", "/videos",
        "/conversations", "/assistants", "/threads", "/containers", "/evals"}) {
    for (const char* method : {"GET", "POST", "DELETE"}) {
      EXPECT_FALSE(list.Allowed(method, tree)) << method << " " << tree;
      EXPECT_FALSE(list.Allowed(method, std::string(tree) + "/id")) << method << " " << tree;
      EXPECT_FALSE(list.Allowed(method, std::string(tree) + "/id/content")) << method;
    }
  }
  for (const char* stored : {"/responses/resp_1", "/chat/completions/chatcmpl-1"}) {
    for (const char* method : {"GET", "POST", "DELETE"}) {
      EXPECT_FALSE(list.Allowed(method, stored)) << method << " " << stored;
    }
  }
  EXPECT_FALSE(list.Allowed("GET", "/chat/completions"));
  EXPECT_FALSE(list.Allowed("POST", "/responses/resp_1/cancel"));
  EXPECT_FALSE(list.Allowed("DELETE", "/models/ft:gpt-4.1:org::id"));
}

TEST(FaultOf, NamesWhatIsWrongWithARule) {
  EXPECT_EQ(FaultOf({"GET", "/a/*/b/**"}), "");
  for (const RawRule& rule :
       {RawRule{"PUT", "/a"}, RawRule{"GET", ""}, RawRule{"GET", "/"}, RawRule{"GET", "/**"},
        RawRule{"GET", "/*/**"}, RawRule{"POST", "/*/*/**"}, RawRule{"GET", "/*"},
        RawRule{"GET", "/v1/**"}, RawRule{"GET", "/v1beta/*/**"}, RawRule{"GET", "a"},
        RawRule{"GET", "/a*"}, RawRule{"GET", "/a/**/b"}, RawRule{"GET", "/a/../b"},
        RawRule{"GET", "/organization/**"}, RawRule{"", ""}}) {
    EXPECT_NE(FaultOf(rule), "") << rule.method << " " << rule.path;
  }
}

}  // namespace
}  // namespace inferwire::config
