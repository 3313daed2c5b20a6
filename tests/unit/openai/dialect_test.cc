// The table of dialects, what a request looks like in each, and that the documents say the same.
#include "openai/dialect.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "telemetry/metrics.h"
#include "upstream/upstream.h"
#include "upstream/url_text.h"

namespace inferwire::openai {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string Text(const std::string& file) {
  std::ifstream stream(std::string(INFERWIRE_SOURCE_DIR) + "/" + file);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

// A line of README.md's table.
std::string Line(const Dialect& dialect) {
  const auto sends = [&](std::string_view member) {
    return dialect.stream_members.find(member) != std::string_view::npos;
  };
  const std::string header(dialect.key_header.substr(0, dialect.key_header.find(':')));
  return "| `" + std::string(dialect.name) + "` | " +
         (sends("include_usage") ? "`include_usage`" : "none") +
         (sends("include_obfuscation") ? ", `include_obfuscation: false`" : "") + " | `" +
         (dialect.only_max_tokens ? "max_tokens" : "max_completion_tokens") + "` | " +
         (dialect.needs_finish_reason ? "a finish reason" : "a finish reason or `[DONE]`") +
         " | `" + header + "` | `" + std::string(dialect.request_id_header) + "` | " +
         (dialect.deployments ? "yes" : "no") + " | " +
         (dialect.base64_embeddings ? "base64" : "float") + " | " +
         (dialect.realtime ? "yes" : "no") + " | " +
         (dialect.batches ? "its own" : "by the gateway") + " | " +
         (dialect.billed ? "yes" : "no") + " |\n";
}

TEST(Dialects, AreWhatTheReadmeSays) {
  const std::string readme = Text("service/openai/README.md");
  for (const Dialect& dialect : Dialects()) EXPECT_THAT(readme, HasSubstr(Line(dialect)));
}

TEST(Dialects, AreNamedWhereUsersChooseOne) {
  for (const char* file : {"docs/configure.md", "service/config/inferwire.example.yaml"}) {
    const std::string text = Text(file);
    for (const Dialect& dialect : Dialects()) {
      EXPECT_THAT(text, HasSubstr(std::string(dialect.name))) << file;
    }
  }
}

TEST(Dialects, AreFoundByTheirNames) {
  std::set<std::string_view> names;
  for (const Dialect& dialect : Dialects()) {
    EXPECT_EQ(FindDialect(dialect.name), &dialect);
    EXPECT_TRUE(names.insert(dialect.name).second);
    EXPECT_THAT(std::string(dialect.stream_members), StartsWith(R"("stream":true)"));
  }
  EXPECT_EQ(Dialects().front().name, "openai") << "the default";
  EXPECT_EQ(FindDialect("compatible"), nullptr);
  EXPECT_EQ(FindDialect(""), nullptr);
}

class UpstreamRequest : public testing::Test {
 protected:
  upstream::Upstream Make(std::string_view dialect, std::string base_url,
                          std::string api_version = "") {
    upstream::UpstreamOptions options;
    options.name = "up";
    options.base_url = std::move(base_url);
    options.api_version = std::move(api_version);
    options.dialect = FindDialect(dialect);
    auto key =
        upstream::UpstreamKey::Read([] { return Secret::FromText("canary-key", "the test"); });
    return upstream::Upstream(std::move(options), std::move(*key), metrics_);
  }
  std::string ChatUrl(const upstream::Upstream& upstream, std::string_view model) {
    return upstream.NewRequest("POST", upstream.ChatPath(model), "id", nullptr).url;
  }
  telemetry::Metrics metrics_;
};

TEST_F(UpstreamRequest, CarriesTheKeyInTheDialectsHeaderOnly) {
  for (const Dialect& dialect : Dialects()) {
    const upstream::Upstream upstream = Make(dialect.name, "https://host/v1");
    const auto headers =
        upstream.NewRequest("POST", "/x", "id", upstream.keys().first()->key->Current().get())
            .headers;
    const bool azure = dialect.name == "azure";
    EXPECT_THAT(headers,
                Contains(azure ? "api-key: canary-key" : "Authorization: Bearer canary-key"));
    EXPECT_THAT(headers, Not(Contains(StartsWith(azure ? "Authorization" : "api-key"))));
  }
}

TEST_F(UpstreamRequest, NamesTheDeploymentAndTheVersionOfAzuresApi) {
  const upstream::Upstream upstream = Make("azure", "https://host/openai", "2024-10-21");
  EXPECT_EQ(ChatUrl(upstream, "gpt-4o"),
            "https://host/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21");
  EXPECT_EQ(ChatUrl(upstream, "../a b?c#d/e&%"),
            "https://host/openai/deployments/..%2Fa%20b%3Fc%23d%2Fe%26%25/chat/completions"
            "?api-version=2024-10-21");
}

TEST_F(UpstreamRequest, LeavesTheModelInTheBodyBelowV1AndOfOtherDialects) {
  EXPECT_EQ(ChatUrl(Make("azure", "https://host/openai/v1"), "m"),
            "https://host/openai/v1/chat/completions");
  EXPECT_EQ(ChatUrl(Make("azure", "https://host/openai/v1", "preview"), "m"),
            "https://host/openai/v1/chat/completions?api-version=preview");
  EXPECT_EQ(ChatUrl(Make("openai", "https://host/v2"), "m"), "https://host/v2/chat/completions");
}

TEST_F(UpstreamRequest, AddsTheVersionToEveryQueryThatHasNone) {
  const upstream::Upstream upstream = Make("azure", "https://host/openai", "v");
  const auto url = [&](std::string_view path) {
    return upstream.NewRequest("GET", path, "", nullptr).url;
  };
  EXPECT_EQ(url("/models"), "https://host/openai/models?api-version=v");
  EXPECT_EQ(url("/files?limit=2"), "https://host/openai/files?limit=2&api-version=v");
  EXPECT_EQ(url("/files?limit=2&api-version=w"), "https://host/openai/files?limit=2&api-version=w");
  EXPECT_EQ(url("/files?api-version"), "https://host/openai/files?api-version");
}

TEST(UrlText, FindsParametersByTheirWholeName) {
  EXPECT_TRUE(upstream::HasParameter("/a?b=1", "b"));
  EXPECT_TRUE(upstream::HasParameter("/a?x=1&b=2", "b"));
  EXPECT_TRUE(upstream::HasParameter("/a?x&b", "b"));
  for (const char* path : {"", "/a", "/b", "/a?", "/a?bb=1", "/a?x=b", "/a?x=1&ab=1", "/a&b=1"}) {
    EXPECT_FALSE(upstream::HasParameter(path, "b")) << path;
  }
}

}  // namespace
}  // namespace inferwire::openai
