// Bodies made to harm: no crash, valid UTF-8, bounded size, and never a secret.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "codec/utf8.h"
#include "openai/error.h"

namespace inferwire::openai {
namespace {

using testing::HasSubstr;
using testing::Not;

Attempt To() {
  Attempt attempt;
  attempt.upstream = "up";
  attempt.model = "m1";
  attempt.fields = &kChatParams;
  return attempt;
}

// Every text of the error.
std::vector<std::string> Texts(const Error& error) {
  std::vector<std::string> texts = {error.message};
  for (const auto& field : error.fields) {
    texts.insert(texts.end(), {field.field, field.description});
  }
  for (const auto& quota : error.quotas) {
    texts.insert(texts.end(), {quota.subject, quota.description});
  }
  for (const auto& state : error.preconditions) {
    texts.insert(texts.end(), {state.type, state.subject, state.description});
  }
  if (error.resource) texts.insert(texts.end(), {error.resource->type, error.resource->name});
  for (const auto& [name, value] : error.metadata) texts.insert(texts.end(), {name, value});
  return texts;
}

void ExpectHarmless(const Error& error) {
  size_t details = 0;
  for (const std::string& text : Texts(error)) {
    EXPECT_TRUE(codec::IsUtf8(text));
    EXPECT_EQ(text.find('\0'), std::string::npos);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    details += text.size() + 8;  // and the framing of a protobuf string in its message
  }
  EXPECT_LE(error.message.size(), 1024u);
  EXPECT_FALSE(error.message.empty());
  EXPECT_LT(details - error.message.size(), 4096u);
}

TEST(HostileBody, NeverCrashesAndStaysSmall) {
  using namespace std::string_literals;
  const std::string nested(100'000, '[');
  const std::string big = R"({"error":{"message":")" + std::string(10 << 20, 'a') + R"("}})";
  const std::vector<std::string> bodies = {
      "",
      "\0"s,
      "{",
      R"({"error":)",
      R"({"error":{"message":"cut)",
      nested,
      R"({"error":)" + std::string(65, '[') + std::string(65, ']') + "}",
      big,
      std::string(10 << 20, '<'),
      std::string(10 << 20, ' '),
      "\xff\xfe\xc3"s,
      "{\"error\":{\"message\":\"a\xff\"}}"s,
      R"({"error":{"message":"\ud83d"}})",
      R"({"error":{"message":"a\u0000b\nc\u001b[31m"}})",
      R"({"error":{"code":1e999}})",
      R"({"error":[[]]})",
      R"({"error":{"message":{"message":{"message":1}}}})",
      R"({"detail":[1,null,[],{"loc":{},"msg":5}]})",
      R"([])",
      R"([[{}]])",
      "null",
      "1",
      R"({"error":{"metadata":{"raw":"{\"error\":{\"metadata\":{\"raw\":\"{}\"}}}"}}})",
      "<title>",
      "<title></title",
      R"({"errors":[]})",
      R"({"error":true})"};
  for (const std::string& body : bodies) {
    for (const int status : {200, 302, 400, 404, 429, 503}) {
      ExpectHarmless(FromStatus(status, {}, body, To(), WallTime{}));
    }
    if (const auto error = FromBody(body, {}, To(), WallTime{})) ExpectHarmless(*error);
  }
}

TEST(HostileBody, DetailsStayBelowFourKilobytes) {
  const std::string text(5000, 'x');
  std::string list;
  for (int i = 0; i < 50; ++i) {
    list += (i ? "," : "") + (R"({"loc":["body",")" + text + R"("],"msg":")" + text + R"("})");
    if (list.size() > 40'000) break;
  }
  const std::string body = R"({"error":{"message":")" + text + R"(","type":")" + text +
                           R"(","param":")" + text + R"(","code":"c)" + text + R"("},"detail":[]})";
  const std::string lists = R"({"detail":[)" + list + R"(],"type":")" + text + R"("})";
  Attempt attempt = To();
  attempt.upstream = attempt.model = attempt.upstream_request_id = text;
  for (const std::string& each : {body, lists}) {
    for (const int status : {400, 403, 404, 429, 503}) {
      ExpectHarmless(FromStatus(status, {}, each, attempt, WallTime{}));
    }
  }
}

TEST(HostileBody, AtMostEightViolations) {
  std::string list;
  for (int i = 0; i < 50; ++i) {
    list += (i ? "," : "") + (R"({"loc":["body","f)" + std::to_string(i) + R"("],"msg":"m"})");
  }
  const Error error = FromStatus(422, {}, R"({"detail":[)" + list + "]}", To(), WallTime{});
  EXPECT_EQ(error.fields.size(), 8u);
}

TEST(HostileBody, TooLongToBeReadIsClassifiedByStatus) {
  const std::string filler(70'000, 'a');
  const std::string body =
      R"({"error":{"code":"insufficient_quota","message":")" + filler + R"("}})";
  EXPECT_EQ(FromStatus(429, {}, body, To(), WallTime{}).reason, v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_FALSE(FromBody(body, {}, To(), WallTime{}));
}

class SecretInBody : public testing::TestWithParam<std::string> {};

TEST_P(SecretInBody, ReachesNoField) {
  const std::string secret = GetParam();
  const std::vector<std::string> bodies = {
      R"({"error":{"message":"Wrong: )" + secret + R"(.","type":")" + secret + R"(","param":")" +
          secret + R"(","code":")" + secret + R"("}})",
      R"({"code":")" + secret + R"(","error":"x )" + secret + R"("})",
      R"({"detail":[{"loc":["body",")" + secret + R"("],"msg":")" + secret + R"("}]})",
      R"({"error":{"message":"m","metadata":{"provider_name":")" + secret + R"(","raw":")" +
          secret + R"("}}})",
      R"({"error":{"message":"No such File object: file-1 )" + secret + R"("}})",
      "plain " + secret + " text",
      "<title>" + secret + "</title>",
      "{broken " + secret};
  http::Headers headers;
  // A request's id that is nothing but letters and digits cannot be told from a key.
  if (!secret.starts_with("CANARY")) headers.Add("x-request-id", secret);
  headers.Add("x-ratelimit-limit-requests", secret);
  for (const std::string& body : bodies) {
    for (const int status : {400, 401, 403, 404, 429, 500, 503}) {
      const Error error = FromStatus(status, headers, body, To(), WallTime{});
      for (const std::string& text : Texts(error)) {
        EXPECT_THAT(text, Not(HasSubstr("CANARY"))) << body;
        EXPECT_THAT(text, Not(HasSubstr("canary"))) << body;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, SecretInBody,
    testing::Values("sk-CANARY", "sk-proj-CANARY1234", "Bearer CANARY",
                    "Authorization: Bearer CANARY", "org-CANARY", "proj_CANARY",
                    "https://h/p?key=CANARY", "https://user:CANARY@h/p", "/v1/x?key=CANARY",
                    "api_key=CANARY", "AZURE_API_KEY=CANARY", "x-goog-api-key: CANARY",
                    "key: CANARY", "gsk_CANARY", "AIzaCANARY", "eyJCANARY.x.y", "lg_CANARY",
                    "API key provided: CANARY", "CANARY7k2Qx9ZpLm4WdR8tYb1Nc6Hv3Gf5"));

TEST(SecretInTransfer, ReachesNoField) {
  http::Outcome outcome;
  outcome.failure = http::Failure::kConnect;
  outcome.message = "https://u:CANARY@host/?key=CANARY sk-CANARY";
  for (const std::string& text : Texts(FromTransfer(outcome, To()))) {
    EXPECT_THAT(text, Not(HasSubstr("CANARY")));
  }
}

TEST(PromptInBody, ValidatorsQuotationIsCutOff) {
  for (const std::string message :
       {"bad [type=string_type, input_value='CANARY', input_type=str]",
        "[{'loc': ('body',), 'msg': 'bad', 'input': {'content': 'CANARY'}}]"}) {
    const Error error = FromStatus(400, {}, R"({"object":"error","message":")" + message + R"("})",
                                   To(), WallTime{});
    EXPECT_THAT(error.message, HasSubstr("bad"));
    EXPECT_THAT(error.message, Not(HasSubstr("CANARY")));
  }
}

}  // namespace
}  // namespace inferwire::openai
