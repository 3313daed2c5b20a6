// The configurations that need no file, and what of a configuration may be shown.
#include <map>
#include <nlohmann/json.hpp>

#include "config_fixture.h"

namespace inferwire::config {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Environment Of(std::map<std::string, std::string> variables) {
  return [variables](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

UpstreamConfig OpenAi(std::map<std::string, std::string> variables) {
  const Config config = GoodConfig(BuiltIn(BuiltInUpstream::kOpenAi, Of(std::move(variables))));
  return config.upstreams.empty() ? UpstreamConfig() : config.upstreams[0];
}

TEST(BuiltIn, SimulatorListensOnThisMachineOnly) {
  const Config config = GoodConfig(BuiltIn(BuiltInUpstream::kSimulator, Of({})));
  EXPECT_EQ(config.server.listen, "127.0.0.1:50051");
  EXPECT_EQ(config.server.admin, "127.0.0.1:9464");
  ASSERT_EQ(config.upstreams.size(), 1u);
  EXPECT_TRUE(config.upstreams[0].simulator);
  EXPECT_TRUE(config.upstreams[0].is_default);
  EXPECT_EQ(config.upstreams[0].name, "simulator");
  EXPECT_THAT(config.upstreams[0].models, ElementsAre("*"));
}

TEST(BuiltIn, OpenAiReadsTheVariablesOfItsLibraries) {
  const UpstreamConfig plain = OpenAi({});
  EXPECT_EQ(plain.base_url, "https://api.openai.com/v1");
  EXPECT_EQ(plain.dialect, "openai");
  EXPECT_EQ(plain.api_key.kind, KeySource::Kind::kEnv);
  EXPECT_EQ(plain.api_key.name, "OPENAI_API_KEY");

  const UpstreamConfig full = OpenAi({{"OPENAI_API_KEY", "sk-canary"},
                                      {"OPENAI_BASE_URL", "https://eu.example.com/v1/"},
                                      {"OPENAI_ORG_ID", "org-1"},
                                      {"OPENAI_PROJECT_ID", "proj_1"}});
  EXPECT_EQ(full.base_url, "https://eu.example.com/v1");
  EXPECT_EQ(full.dialect, "auto");
  EXPECT_EQ(full.organization, "org-1");
  EXPECT_EQ(full.project, "proj_1");
}

TEST(BuiltIn, OpenAiOnThisMachineNeedsNeitherTlsNorKey) {
  const UpstreamConfig local = OpenAi({{"OPENAI_BASE_URL", "http://localhost:11434/v1"}});
  EXPECT_TRUE(local.allow_plain_http);
  EXPECT_EQ(local.api_key.kind, KeySource::Kind::kNone);
  EXPECT_EQ(
      OpenAi({{"OPENAI_BASE_URL", "http://127.0.0.1:1/v1"}, {"OPENAI_API_KEY", "k"}}).api_key.kind,
      KeySource::Kind::kEnv);
}

TEST(BuiltIn, NamesTheVariableThatIsWrong) {
  const auto faults = [](std::map<std::string, std::string> variables) {
    return TextsOf(BuiltIn(BuiltInUpstream::kOpenAi, Of(std::move(variables))));
  };
  EXPECT_THAT(faults({{"OPENAI_BASE_URL", "http://api.example.com/v1"}}),
              ElementsAre("OPENAI_BASE_URL: must begin with https://"));
  EXPECT_THAT(faults({{"OPENAI_BASE_URL", "https://me:pw@api.example.com"}}),
              ElementsAre(AllOf(HasSubstr("must be a URL"), Not(HasSubstr("pw")))));
  EXPECT_THAT(faults({{"OPENAI_ORG_ID", "a\nb"}}), ElementsAre(HasSubstr("OPENAI_ORG_ID: has")));
}

TEST(Redacted, ShowsKeySourcesAndNamesOfHeadersOnly) {
  const ordered_json json = ordered_json::parse(
      Redacted(Parsed(kLocal + "upstreams:\n"
                               "  - name: a\n"
                               "    base_url: https://host/v1\n"
                               "    api_key: {env: MY_KEY}\n"
                               "    headers: {X-Token-Like: canary}\n"
                               "  - {name: b, base_url: \"https://host\", api_key: {file: /key}}\n"
                               "  - {name: c, simulator: true}\n")));
  EXPECT_EQ(json["upstreams"][0]["api_key"], ordered_json({{"env", "MY_KEY"}}));
  EXPECT_EQ(json["upstreams"][1]["api_key"].dump(), R"({"file":"/key"})");
  EXPECT_EQ(json["upstreams"][2]["api_key"], "none");
  EXPECT_EQ(json["upstreams"][0]["headers"].dump(), R"(["X-Token-Like"])");
  EXPECT_THAT(json.dump(), Not(HasSubstr("canary")));
  EXPECT_TRUE(json["tls"].is_null());
  EXPECT_EQ(json["server"]["max_connection_age"], "1m");
  EXPECT_EQ(json["raw"]["allow"][0].dump(), R"({"method":"GET","path":"/models"})");
}

TEST(Redacted, SurvivesAnyByte) {
  Config config;
  config.tls.emplace().key = "/\xff";
  EXPECT_TRUE(ordered_json::accept(Redacted(config)));
}

}  // namespace
}  // namespace inferwire::config
