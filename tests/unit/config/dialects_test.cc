// Which dialect an upstream speaks, and where Azure's base URL and version have to fit together.
#include "config_fixture.h"
#include "openai/dialect.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string Upstream(const std::string& dialect, const std::string& url,
                     const std::string& version = "") {
  return kLocal + "upstreams:\n  - name: up\n    api_key: none\n    dialect: " + dialect +
         "\n    base_url: " + url + "\n" +
         (version.empty() ? "" : "    api_version: " + version + "\n");
}

const std::string kHost = "https://example.openai.azure.com";

// What the base URL becomes.
std::string AzureUrl(const std::string& url, const std::string& version = "") {
  return Parsed(Upstream("azure", url, version)).upstreams.at(0).base_url;
}

TEST(Dialects, AllOfTheTableCanBeConfigured) {
  for (const openai::Dialect& dialect : openai::Dialects()) {
    const std::string name(dialect.name);
    EXPECT_EQ(Parsed(Upstream(name, "https://host/v1")).upstreams.at(0).dialect, name);
  }
  EXPECT_EQ(UpstreamConfig().dialect, openai::Dialects().front().name);
}

TEST(Dialects, AnUnknownOneIsAFaultThatNamesThemAll) {
  const auto faults = FaultsOf(Upstream("compatible", "https://host/v1"));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_THAT(faults[0], AllOf(StartsWith("upstreams[0].dialect (line 5): must be one of"),
                               HasSubstr("not 'compatible'")));
  for (const openai::Dialect& dialect : openai::Dialects()) {
    EXPECT_THAT(faults[0], HasSubstr(std::string(dialect.name)));
  }
}

TEST(Azure, ServesAllModelsBelowV1WithoutAVersion) {
  EXPECT_EQ(AzureUrl(kHost + "/openai/v1/"), kHost + "/openai/v1");
  EXPECT_EQ(AzureUrl(kHost + "/openai/v1", "preview"), kHost + "/openai/v1");
}

TEST(Azure, ServesDeploymentsWithAVersion) {
  EXPECT_EQ(AzureUrl(kHost, "2024-10-21"), kHost + "/openai");
  EXPECT_EQ(AzureUrl(kHost + "/", "2024-10-21"), kHost + "/openai");
  EXPECT_EQ(AzureUrl(kHost + "/openai", "2024-10-21"), kHost + "/openai");
  EXPECT_EQ(AzureUrl("https://proxy:8443/llm", "2024-10-21"), "https://proxy:8443/llm");
  EXPECT_EQ(Parsed(Upstream("azure", kHost, "2025-04-01-preview")).upstreams.at(0).api_version,
            "2025-04-01-preview");
}

TEST(Azure, SaysWhichOfUrlAndVersionIsMissing) {
  for (const std::string& url : {kHost, kHost + "/openai"}) {
    EXPECT_THAT(FaultsOf(Upstream("azure", url)),
                ElementsAre(AllOf(StartsWith("upstreams[0].api_version"), HasSubstr("is missing"),
                                  HasSubstr("/openai/v1"))));
  }
}

TEST(Azure, OnlyHasVersions) {
  EXPECT_THAT(FaultsOf(Upstream("openai", "https://host/v1", "2024-10-21")),
              ElementsAre("upstreams[0].api_version (line 7): has no meaning for the dialect "
                          "openai"));
  for (const std::string version : {"\"a&b=c\"", "\"\"", "A", "2024/10/21"}) {
    EXPECT_THAT(FaultsOf(Upstream("azure", kHost, version)),
                ElementsAre(HasSubstr("must be a version of Azure's API")))
        << version;
  }
  EXPECT_THAT(FaultsOf(kLocal + "upstreams:\n  - {name: s, simulator: true, dialect: azure}\n"),
              IsEmpty());
}

}  // namespace
}  // namespace inferwire::config
