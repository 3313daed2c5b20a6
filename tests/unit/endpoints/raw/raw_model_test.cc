// What model a raw call is for, however it is written, and where its usage stands.
#include "endpoints/raw/raw_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "endpoints/shared/long_body.h"
#include "telemetry/metrics.h"

namespace inferwire::endpoints {
namespace {

constexpr const char* kChat = "/chat/completions";

class RawModelTest : public ::testing::Test {
 protected:
  RawModelTest() {
    Add("listed", {"gpt-4.1-mini", "my-deployment"}, {{"fast", "gpt-4.1-nano"}});
    Add("second", {"gpt-4.1-mini"}, {});
    Add("open", {"*"}, {});
    upstream::UpstreamOptions azure;
    azure.name = "azure";
    azure.base_url = "https://x.example/openai";
    azure.dialect = openai::FindDialect("azure");
    azure.api_version = "2024-10-21";
    router.Add(std::make_unique<const upstream::Upstream>(azure, upstream::KeyPool(), metrics),
               {"my-deployment"}, {}, false);
  }

  void Add(const std::string& name, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases) {
    upstream::UpstreamOptions options;
    options.name = name;
    options.base_url = "http://upstream/v1";
    router.Add(std::make_unique<const upstream::Upstream>(options, upstream::KeyPool(), metrics),
               models, aliases, false);
  }

  Result<upstream::Destination> RouteTo(const std::string& upstream, std::string_view path,
                                        std::string_view body,
                                        std::string_view type = "application/json") {
    return RouteRaw(router, **router.ByName(upstream), FindRawEndpoint("POST", path),
                    {path, type, body});
  }
  // The model, or the reason why there is none.
  std::string Seen(const std::string& upstream, std::string_view path, std::string_view body,
                   std::string_view type = "application/json") {
    auto route = RouteTo(upstream, path, body, type);
    return route ? route->model : "refused: " + std::string(ReasonName(route.error().reason));
  }

  telemetry::Metrics metrics;
  upstream::Router router;
};

TEST_F(RawModelTest, KnowsEndpointsHoweverTheirPathIsSpelled) {
  for (const char* path :
       {"/chat/completions", "/chat/completions/", "//chat//completions", "/v1/chat/completions",
        "/Chat/Completions", "/%63hat/completions", "/deployments/x/chat/completions",
        "/embeddings", "/responses", "/completions", "/audio/transcriptions"}) {
    EXPECT_TRUE(FindRawEndpoint("POST", path)) << path;
  }
  EXPECT_EQ(FindRawEndpoint("POST", "/completions")->name, "completions");
  EXPECT_EQ(FindRawEndpoint("POST", "/chat/completions")->name, "chat/completions");
  for (const char* path : {"", "/", "/models", "/responses/resp_1/cancel", "/files"}) {
    EXPECT_FALSE(FindRawEndpoint("POST", path)) << path;
  }
  EXPECT_FALSE(FindRawEndpoint("GET", "/responses"));
}

TEST_F(RawModelTest, HoldsTheListOfTheUpstream) {
  EXPECT_EQ(Seen("listed", kChat, R"({"model":"gpt-4.1-mini"})"), "gpt-4.1-mini");
  EXPECT_EQ(Seen("second", kChat, R"({"model":"gpt-4.1-mini"})"), "gpt-4.1-mini")
      << "another upstream lists it too";
  EXPECT_EQ(Seen("listed", kChat, R"({"model":"gpt-4.1-nano"})"), "gpt-4.1-nano")
      << "what an alias stands for";
  EXPECT_EQ(Seen("open", kChat, R"({"model":"anything"})"), "anything");
  for (const char* body :
       {R"({"model":"gpt-5"})", R"({"messages":[],"model":"gpt-5"})",
        R"({"messages":[{"model":"gpt-4.1-mini"}],"model":"gpt-5"})", R"({"mod\u0065l":"gpt-5"})",
        R"({"model":"gpt\u002d5"})", R"({"model":"fast"})", "\xEF\xBB\xBF{\"model\":\"gpt-5\"}"}) {
    EXPECT_EQ(Seen("listed", kChat, body), "refused: MODEL_NOT_FOUND") << body;
  }
  EXPECT_EQ(Seen("listed", "/videos", R"({"model":"gpt-5"})"), "refused: MODEL_NOT_FOUND")
      << "an endpoint that is not known";
}

TEST_F(RawModelTest, RefusesWhatServersCouldReadInAnotherWay) {
  const std::string long_name(300, 'x');
  for (const std::string& body : {std::string(),
                                  std::string("{}"),
                                  std::string("[]"),
                                  std::string("null"),
                                  std::string(R"({"model":"gpt-4.1-mini","model":"gpt-5"})"),
                                  std::string(R"({"model":"gpt-5","model":"gpt-4.1-mini"})"),
                                  std::string(R"({"model":"gpt-4.1-mini","Model":"gpt-5"})"),
                                  std::string(R"({"MODEL":"gpt-4.1-mini"})"),
                                  std::string(R"({"model":"gpt-4.1-mini","mod\u0065l":"gpt-5"})"),
                                  std::string(R"({"model":"gpt-4.1-mini","models":["gpt-5"]})"),
                                  std::string(R"({"model":"gpt-4.1-mini","fallbacks":["gpt-5"]})"),
                                  std::string(R"({"model":["gpt-4.1-mini"]})"),
                                  std::string(R"({"model":1})"),
                                  std::string(R"({"model":""})"),
                                  std::string(R"({"model":null})"),
                                  R"({"model":")" + long_name + R"("})",
                                  std::string(R"({"model":"gpt-4.1-mini")"),
                                  std::string(R"({"model":"gpt-4.1-mini"}{"model":"gpt-5"})"),
                                  std::string("\xff\xfe{\0\"\0", 6),
                                  std::string("model=gpt-4.1-mini")}) {
    EXPECT_EQ(Seen("listed", kChat, body), "refused: INVALID_PARAMETER") << body;
    EXPECT_EQ(Seen("open", kChat, body).find("refused"), std::string::npos) << body;
  }
  EXPECT_EQ(Seen("listed", "/models", ""), "") << "an endpoint without a model";
}

TEST_F(RawModelTest, ReadsFormsAndPaths) {
  const auto form = [](const std::string& parts) { return parts + "--b1--\r\n"; };
  const auto field = [](const std::string& name, const std::string& value) {
    return "--b1\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  };
  const std::string file =
      "--b1\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nRIFF\r\n";
  constexpr std::string_view kForm = "multipart/form-data; boundary=b1";
  constexpr const char* kPath = "/audio/transcriptions";
  const std::string good = form(file + field("model", "gpt-4.1-mini"));
  EXPECT_EQ(Seen("listed", kPath, good, kForm), "gpt-4.1-mini");
  EXPECT_EQ(Seen("listed", kPath, good, "Multipart/Form-Data; Boundary=\"b1\""), "gpt-4.1-mini");
  EXPECT_EQ(Seen("listed", kPath, form(field("model", "gpt-5") + file), kForm),
            "refused: MODEL_NOT_FOUND");
  EXPECT_EQ(
      Seen("listed", kPath, form(field("model", "gpt-4.1-mini") + field("model", "gpt-5")), kForm),
      "refused: INVALID_PARAMETER");
  EXPECT_EQ(Seen("listed", kPath, form(file), kForm), "refused: INVALID_PARAMETER");
  // Whichever way the name is spelt.
  const auto spelt = [&](const std::string& name) {
    return form("--b1\r\ncontent-disposition: form-data; " + name + "\r\n\r\ngpt-5\r\n" +
                field("model", "gpt-4.1-mini"));
  };
  for (const char* name : {"name=model", "name = \"model\"", "NAME=Model; x=y",
                           "name*=utf-8''model", "name=\"mod\\el\""}) {
    EXPECT_EQ(Seen("listed", kPath, spelt(name), kForm), "refused: INVALID_PARAMETER") << name;
  }
  EXPECT_EQ(Seen("listed", kPath, spelt("filename=\"model\"; name=\"file\""), kForm),
            "gpt-4.1-mini");
  EXPECT_EQ(Seen("listed", kPath, good, "multipart/form-data"), "refused: INVALID_PARAMETER");
  EXPECT_EQ(Seen("listed", kChat, R"({"model":"gpt-4.1-mini"})", kForm),
            "refused: INVALID_PARAMETER")
      << "servers that do not mind the type read JSON";

  EXPECT_EQ(Seen("azure", "/deployments/my-deployment/embeddings", R"({"input":"x"})"),
            "my-deployment");
  EXPECT_EQ(Seen("azure", "/deployments/other/embeddings", R"({"input":"x"})"),
            "refused: MODEL_NOT_FOUND");
  EXPECT_EQ(
      Seen("azure", "/deployments/other/embeddings", R"({"input":"x","model":"my-deployment"})"),
      "refused: MODEL_NOT_FOUND");
  EXPECT_EQ(Seen("listed", "/engines/gpt-5/completions", R"({"model":"gpt-4.1-mini"})"),
            "refused: MODEL_NOT_FOUND");
}

TEST_F(RawModelTest, HoldsAStrictCatalogue) {
  catalogue::Model model;
  model.id = "gpt-4.1-mini";
  const catalogue::Snapshot known(
      std::make_shared<const catalogue::Catalogue>("r1", std::vector{model}, /*strict=*/true));
  router.TakeModelInfoFrom(known);
  auto route = RouteTo("open", kChat, R"({"model":"gpt-4.1-mini"})");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->model_info->id, "gpt-4.1-mini");
  EXPECT_EQ(Seen("open", kChat, R"({"model":"gpt-5"})"), "refused: MODEL_NOT_FOUND");
  EXPECT_EQ(Seen("open", kChat, R"({})"), "refused: INVALID_PARAMETER");
}

TEST(UsageOfLongBody, LooksNearBothEnds) {
  const std::string filler = R"("data":[")" + std::string(300'000, 'x') + R"("])";
  const std::string usage = R"({"prompt_tokens":3,"details":{"a":"}"}})";
  EXPECT_EQ(UsageOfLongBody(R"({"model":"m",)" + filler + R"(,"usage":)" + usage + "}"),
            R"({"model":"m","usage":)" + usage + "}");
  EXPECT_EQ(UsageOfLongBody(R"({"usage":)" + usage + "," + filler + "}"),
            R"({"usage":)" + usage + "}");
  EXPECT_EQ(UsageOfLongBody(R"({"object":"list",)" + filler + R"(,"usage":)" + usage + "}"),
            R"({"usage":)" + usage + R"(,"data":[]})");
  EXPECT_EQ(UsageOfLongBody(R"({"type":"response.completed","response":{)" + filler +
                            R"(,"usage" : )" + usage + R"(,"user":null}})"),
            R"({"usage":)" + usage + "}");
  EXPECT_EQ(UsageOfLongBody("{" + filler + "}"), "");
  EXPECT_EQ(UsageOfLongBody("{" + filler + R"(,"text":"\"usage\":{\"prompt_tokens\":9}"})"), "");
  EXPECT_EQ(UsageOfLongBody("{" + filler + R"(,"usage":{"prompt_tokens":)"), "") << "cut";
}

}  // namespace
}  // namespace inferwire::endpoints
