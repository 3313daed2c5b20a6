#include "openai/scrub.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "codec/utf8.h"
#include "openai/error.h"

namespace inferwire::openai {
namespace {

TEST(Scrub, LeavesOrdinaryWordsAlone) {
  for (const std::string text :
       {"The model `gpt-4.1-mini-2025-04-14` does not exist, see https://host.example/docs/a.",
        "Rate limit reached for meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 (TPM): Limit "
        "6000",
        "Missing bearer token", "tasks risk-free in asia-northeast1",
        "No such File object: file-AbCdEf0123456789AbCdEf0123", "max_tokens: 5 is too small",
        "Invalid 'messages[0].role'", "What? No."}) {
    EXPECT_EQ(Scrub(text), text);
  }
}

TEST(Scrub, ReplacesWhatIsSecret) {
  const std::string r = "[redacted]";
  EXPECT_EQ(Scrub("key sk-abc123, please"), "key " + r + ", please");
  EXPECT_EQ(Scrub("in organization org-x on"), "in organization " + r + " on");
  EXPECT_EQ(Scrub("Authorization: Bearer abc def"), "Authorization: Bearer " + r + " def");
  EXPECT_EQ(Scrub("Authorization: Bearer Bearer abc def"),
            "Authorization: Bearer Bearer " + r + " def");
  EXPECT_EQ(Scrub("token: Bearer abc"), "token: Bearer " + r);
  EXPECT_EQ(Scrub("\"api_key\": \"abc\"}"), "\"api_key\": \"" + r + "\"}");
  EXPECT_EQ(Scrub("Incorrect API key provided: te*st. You"),
            "Incorrect API key provided: " + r + " You");
  EXPECT_EQ(Scrub("GET https://a:b@h/p?x=1&y=2#z now"), "GET https://" + r + "@h/p?" + r + " now");
  EXPECT_EQ(Scrub("see https://h/p?tok now"), "see https://h/p?" + r + " now");
  EXPECT_EQ(Scrub("Team: bb642ce4-5161-45c9-8f34-408850883602, x"), "Team: " + r + ", x");
  EXPECT_EQ(Scrub("url data:image/png;base64,AAAA bad"), "url data:" + r + " bad");
}

// Of every provider's kind, made up: none of its random part may be left.
TEST(Scrub, ReplacesKeysOfEveryKind) {
  const std::string base62 = "x7Kq2ZpLm9WdR4tYb1Nc8Hv3Gf6Js5Qa",
                    hex = "3f9a0c7be2d84156a1c09be7f4d25836";
  for (const std::string& key : {"sk-" + base62,
                                 "sk-proj-" + base62 + "_" + base62,
                                 "sk-ant-api03-" + base62,
                                 "sk-or-v1-" + hex + hex,
                                 "org-" + base62.substr(0, 24),
                                 "proj_" + base62.substr(0, 24),
                                 "gsk_" + base62,
                                 "xai-" + base62,
                                 std::string("hf_kQzVbXnMwLpTrYsDgHjFcKvBnMqWeRtY"),
                                 "pplx-" + hex,
                                 "r8_" + base62,
                                 "AIza" + base62,
                                 "AKIA" + std::string("Q7ZP4LMN9WDR2TYB"),
                                 "ghp_" + base62,
                                 "nvapi-" + base62,
                                 "csk-" + base62,
                                 "tgp_v1_" + base62,
                                 "sess-" + base62,
                                 "lg_" + base62,
                                 "fw_" + base62.substr(0, 24),
                                 base62,
                                 hex,
                                 hex + hex,
                                 hex + "." + base62.substr(0, 16),
                                 "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0." + base62,
                                 "my_sk-" + base62,
                                 std::string("sk-abcd********************wxyz"),
                                 "sk_live_" + base62}) {
    for (const std::string before : {"", "key ", "Invalid: ", "'", "(", "key="}) {
      const std::string text = Scrub(before + key + ", or so");
      EXPECT_NE(text.find("[redacted]"), std::string::npos) << text;
      EXPECT_EQ(text.find(key.substr(key.size() - 6)), std::string::npos) << text;
    }
  }
  // A UUID is a secret where it stands for an account or a key.
  const std::string uuid = "bb642ce4-5161-45c9-8f34-408850883602";
  for (const std::string before : {"Team: ", "team id ", "API key ", "organization '", "tenant ",
                                   "The API key that was sent, ", "key: ", "user="}) {
    EXPECT_EQ(Scrub(before + uuid).find(uuid), std::string::npos) << before;
  }
}

TEST(Scrub, LeavesNamesAlone) {
  const std::string uuid = "bb642ce4-5161-45c9-8f34-408850883602";
  const std::string hex = "3f9a0c7be2d84156a1c09be7f4d25836";
  for (const std::string& text :
       {std::string("Invalid schema for function 'get_org_chart'"),
        std::string("The model `my-org-model` does not exist"),
        std::string("function proj_status failed, so did sk_learn_v2 and hf_transfer"),
        std::string("tools lg_search, fw_update2, org-chart-v2, sess-count and eyjafjoll"),
        std::string("Deployment gpt4omini20240718productioneastus not found"),
        std::string("function getCustomerOrderHistoryByDateRangeAndRegion is unknown"),
        std::string("model ft:gpt-4o-mini-2024-07-18:acme-org:support:9aBcD1eF not found"),
        std::string("accounts/acme/models/deepseek-v3p1-0f8e3c2d9a1b4f5e is not there"),
        std::string("claude-sonnet-4-5-20250929 or xai-grok-4-1212 or gpt-oss-120b"),
        "request id: " + uuid,
        "Request ID " + uuid + " failed",
        "trace_id=" + hex,
        "(request_id: " + hex + ")",
        "revision " + hex + "3f9a0c7b does not exist",
        "model acme@sha256:" + hex + hex,
        "deployment " + uuid + " is not ready",
        "no session " + uuid,
        std::string("column token: invalid value 17"),
        std::string("The parameter `signature: str` is wrong"),
        std::string("token: 17"),
        std::string("Unknown key: response_format.json_schema"),
        std::string("api_key: field required"),
        std::string("api_key: Missing"),
        std::string("Invalid model provided: claude-haiku"),
        std::string("Missing bearer or basic authentication in header"),
        std::string("see https://docs.example.com/guides/error-codes/api-errors#401, please"),
        std::string("https://docs.example.com/articles/") + uuid}) {
    EXPECT_EQ(Scrub(text), text);
  }
}

// Whatever it looks like, if it is known.
TEST(Scrub, RedactsAKnownSecret) {
  std::string text = "key hunter2hunter2 (hunter2hunter2)";
  Redact("hunter2hunter2", text);
  EXPECT_EQ(text, "key [redacted] ([redacted])");
  Redact("e", text);
  EXPECT_EQ(text, "key [redacted] ([redacted])");
  Redact("", text);
  EXPECT_EQ(text, "key [redacted] ([redacted])");
}

TEST(Scrub, TheKeyThatWasSentIsNotRepeated) {
  Attempt attempt;
  attempt.key =
      std::make_shared<const Secret>(std::move(*Secret::FromText("plainwordskey", "a test")));
  const Error error =
      FromStatus(400, {},
                 R"({"error":{"message":"no plainwordskey here","type":"plainwordskey",)"
                 R"("code":"plainwordskey","param":"plainwordskey"}})",
                 attempt, WallTime{});
  EXPECT_EQ(error.message.find("plainwords"), std::string::npos) << error.message;
  for (const auto& [name, value] : error.metadata) {
    EXPECT_EQ(value.find("plainwords"), std::string::npos) << name;
  }
  for (const auto& field : error.fields) {
    EXPECT_EQ((field.field + field.description).find("plainwords"), std::string::npos);
  }
}

TEST(Scrub, GivesOneCleanLine) {
  EXPECT_EQ(Scrub("a\n\n b\tc\x01 d \r\n"), "a b c d");
  EXPECT_EQ(Scrub("a\xff"), "a\xef\xbf\xbd");
  EXPECT_EQ(Scrub(std::string("a\0b", 3)), "a b");
}

TEST(Scrub, CutsAtACharacter) {
  EXPECT_EQ(Scrub("aaa\xc3\xa4", 4), "aaa");
  EXPECT_EQ(Scrub("aaa\xc3\xa4", 5), "aaa\xc3\xa4");
  EXPECT_EQ(Scrub("abc", 0), "");
  for (size_t size = 0; size < 40; ++size) {
    const std::string cut = Scrub("\xf0\x9f\x98\x80 \xe2\x82\xac \xff sk-1 \xf0\x9f\x98", size);
    EXPECT_LE(cut.size(), size);
    EXPECT_TRUE(codec::IsUtf8(cut));
  }
}

// A key whose end lies beyond the part that is looked at must not show as a short, harmless word.
TEST(Scrub, CutKeysDoNotShow) {
  const std::string text =
      std::string(60, '?') + "=" + std::string(60, ' ') + "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6";
  for (size_t size = 1; size < 40; ++size) {
    EXPECT_EQ(Scrub(text, size).find("a1b2"), std::string::npos) << size;
  }
}

}  // namespace
}  // namespace inferwire::openai
