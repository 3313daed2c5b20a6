// The example file says what every default is. Here it is held to that, and to naming every key.
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "config_fixture.h"

namespace inferwire::config {
namespace {

using nlohmann::ordered_json;

const std::string kPath =
    std::string(INFERWIRE_SOURCE_DIR) + "/service/config/inferwire.example.yaml";

ordered_json Json(const Config& config) { return ordered_json::parse(Redacted(config)); }

TEST(Example, StatesTheRealDefaults) {
  const Config example = GoodConfig(LoadConfigFile(kPath));
  ordered_json stated = Json(example), real = Json(Config());
  EXPECT_EQ(stated["server"].at("insecure"), true);  // marked as an example there
  stated["server"].erase("insecure"), real["server"].erase("insecure");
  EXPECT_EQ(real["store"].at("path"), "") << "without one there is no store";
  stated["store"].erase("path"), real["store"].erase("path");
  EXPECT_EQ(stated["store"], real["store"]);
  EXPECT_TRUE(real["catalogue"].at("shutdowns").empty());
  EXPECT_EQ(stated["catalogue"].at("shutdowns").size(), 2u);
  stated["catalogue"].erase("shutdowns"), real["catalogue"].erase("shutdowns");
  for (const char* section : {"server", "tls", "limits", "deadlines", "drain", "raw", "catalogue",
                              "admin_api", "batches", "log", "reload", "tracing"}) {
    ASSERT_TRUE(real.contains(section));
    EXPECT_EQ(stated.at(section), real.at(section)) << section;
  }
}

TEST(Example, StatesTheDefaultsOfAnUpstream) {
  const Config example = GoodConfig(LoadConfigFile(kPath));
  ASSERT_EQ(example.upstreams.size(), 3u);
  const UpstreamConfig& stated = example.upstreams[0];
  const UpstreamConfig real;
  EXPECT_EQ(stated.dialect, real.dialect);
  EXPECT_EQ(stated.allow_plain_http, real.allow_plain_http);
  EXPECT_EQ(stated.timeouts.connect, real.timeouts.connect);
  EXPECT_EQ(stated.timeouts.first_byte, real.timeouts.first_byte);
  EXPECT_EQ(stated.timeouts.between_events, real.timeouts.between_events);
  EXPECT_EQ(stated.timeouts.after_finish, real.timeouts.after_finish);
  EXPECT_EQ(stated.max_retries, real.max_retries);
  EXPECT_EQ(stated.billed, real.billed);
  EXPECT_EQ(stated.resend, real.resend);
  EXPECT_EQ(stated.retry_budget, real.retry_budget);
  EXPECT_EQ(stated.breaker, real.breaker);
  EXPECT_EQ(stated.batches.by, real.batches.by);
  EXPECT_EQ(stated.batches.max_items, real.batches.max_items);
  EXPECT_EQ(stated.batches.max_bytes, real.batches.max_bytes);
  EXPECT_EQ(stated.batches.queue_tokens, real.batches.queue_tokens);
  EXPECT_EQ(stated.batches.concurrency, real.batches.concurrency);
  EXPECT_EQ(real.models, std::vector<std::string>{"*"});
  EXPECT_FALSE(real.simulator);
}

TEST(Example, StatesTheDefaultsOfARoute) {
  const Config example = GoodConfig(LoadConfigFile(kPath));
  ASSERT_EQ(example.routes.size(), 1u);
  const RouteConfig& stated = example.routes[0];
  const RouteConfig real;
  EXPECT_EQ(stated.strategy, real.strategy);
  EXPECT_EQ(stated.sticky, real.sticky);
  EXPECT_EQ(stated.resend, real.resend);
  EXPECT_EQ(stated.max_attempts, real.max_attempts);
  EXPECT_EQ(stated.overrides, real.overrides);
  EXPECT_EQ(stated.affinity.bound, real.affinity.bound);
  EXPECT_EQ(stated.affinity.slack, real.affinity.slack);
}

TEST(Example, StatesTheDefaultsOfTls) {
  const TlsConfig real;
  EXPECT_EQ(real.client_auth, ClientAuth::kNone);
  EXPECT_EQ(real.refresh, std::chrono::seconds(10));
}

// Every "word:" of the file, in comments too.
std::set<std::string> KeysOf(const std::string& text) {
  std::set<std::string> keys;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const size_t start = word.find_first_not_of("{");
    if (word.ends_with(':') && start != std::string::npos) {
      keys.insert(word.substr(start, word.size() - 1 - start));
    }
  }
  return keys;
}

void CollectKeys(const ordered_json& json, std::set<std::string>& to) {
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) {
    if (json.is_object()) to.insert(key);
    if (key != "headers" && key != "aliases" && key != "model_queue_tokens") CollectKeys(value, to);
  }
}

TEST(Example, NamesEveryKeyThatExists) {
  std::ifstream file(kPath);
  std::stringstream text;
  text << file.rdbuf();
  Config full;
  full.tls.emplace();
  full.admin_api.tls.emplace();
  full.upstreams.emplace_back().api_key = {KeySource::Kind::kFile, "/key"};
  full.upstreams.back().keys.emplace_back();
  full.routes.emplace_back().targets.emplace_back();
  std::set<std::string> existing;
  CollectKeys(Json(full), existing);

  EXPECT_GT(existing.size(), 60u);
  EXPECT_THAT(KeysOf(text.str()), testing::IsSupersetOf(existing));
}

TEST(Defaults, AreTheDecidedOnes) {
  const Config config = Parsed("server: {insecure: true}\n" + kUpstream);
  EXPECT_EQ(config.server.listen, "0.0.0.0:50051");
  EXPECT_EQ(config.server.max_concurrent_streams, 1000);
  EXPECT_EQ(config.server.max_request_bytes, 16u << 20);
  EXPECT_EQ(config.server.max_connection_age, std::chrono::seconds(60));
  EXPECT_EQ(config.server.max_connection_age_grace, std::chrono::seconds(3730));
  EXPECT_EQ(config.limits.json.string, 32u << 20);
  EXPECT_EQ(config.limits.stream_queue_bytes, 64u << 10);
  EXPECT_EQ(config.deadlines.max, std::chrono::seconds(900));
  EXPECT_EQ(config.drain.connection_wait, std::chrono::seconds(70));
  EXPECT_FALSE(config.tls);
  EXPECT_FALSE(config.server.reflection);
}

}  // namespace
}  // namespace inferwire::config
