// What is made of the declared keys, whichever they are.
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "config/change.h"
#include "config/documents.h"
#include "config/sections.h"
#include "config_fixture.h"

namespace inferwire::config {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// Every mapping of the configuration, elements of its lists too, with its path.
template <class Visit>
void ForEachMapping(const Keys& keys, const std::string& path, const Visit& visit) {
  visit(keys, path);
  for (const Key& key : keys.list) {
    const std::string below = path + (path.empty() ? "" : ".") + std::string(key.name);
    if (const auto* sub = std::get_if<SubKey>(&key.value)) {
      ForEachMapping(sub->keys, below, visit);
    } else if (const auto* optional = std::get_if<OptionalKey>(&key.value)) {
      ForEachMapping(optional->give(), below, visit);
    } else if (const auto* list = std::get_if<ListKey>(&key.value)) {
      ForEachMapping(list->add(), below + "[]", visit);
    }
  }
}

TEST(Keys, HaveEachAName) {
  Config config;
  ForEachMapping(KeysOf(config), "", [](const Keys& keys, const std::string& path) {
    std::set<std::string_view> names;
    for (const Key& key : keys.list) {
      EXPECT_TRUE(names.insert(key.name).second) << path << "." << key.name;
    }
  });
}

// section.key with this value.
std::string YamlOf(const std::string& path, const std::string& value) {
  std::string yaml;
  std::istringstream names(path);
  int depth = 0;
  for (std::string name; std::getline(names, name, '.'); ++depth) {
    yaml +=
        (depth == 0 ? "" : "\n") + std::string(static_cast<size_t>(depth) * 2, ' ') + name + ":";
  }
  return yaml + " " + value + "\n";
}

TEST(Keys, TakeTheirBoundsAndNothingBeyond) {
  const auto faults_of = [](const std::string& path, int64_t value, const char* unit) {
    // A server section of our own would be a second one.
    const std::string around = path.starts_with("server.") ? kUpstream : kGood;
    std::vector<std::string> own;
    for (std::string& fault : FaultsOf(around + YamlOf(path, std::to_string(value) + unit))) {
      if (fault.starts_with(path) && fault.find("not '") != std::string::npos) own.push_back(fault);
    }
    return own;
  };
  const auto check = [&](const std::string& path, int64_t least, int64_t most, const char* unit) {
    EXPECT_THAT(faults_of(path, least, unit), IsEmpty());
    EXPECT_THAT(faults_of(path, most, unit), IsEmpty());
    EXPECT_THAT(faults_of(path, least - 1, unit), testing::SizeIs(1)) << path;
    EXPECT_THAT(faults_of(path, most + 1, unit), testing::SizeIs(1)) << path;
  };
  Config config;
  int checked = 0;
  ForEachMapping(KeysOf(config), "", [&](const Keys& keys, const std::string& around) {
    if (around.find('[') != std::string::npos) return;
    for (const Key& key : keys.list) {
      const std::string path = around + "." + std::string(key.name);
      if (const auto* integer = std::get_if<IntegerKey>(&key.value)) {
        check(path, integer->least, integer->most, "");
      } else if (const auto* size = std::get_if<SizeKey>(&key.value)) {
        check(path, static_cast<int64_t>(size->least), static_cast<int64_t>(size->most), "B");
      } else if (const auto* time = std::get_if<TimeKey>(&key.value)) {
        check(path, time->least.count(), time->most.count(), "ms");
      } else {
        continue;
      }
      ++checked;
    }
  });
  EXPECT_GT(checked, 60);
}

TEST(Keys, OfSeveralKindsStayUntilARestart) {
  Config running = Parsed(kGood), wanted = running;
  wanted.store.unknown_ids = StoreConfig::Unknown::kEveryones;
  wanted.store.max_ids_per_caller = 7;
  wanted.store.url_file = "/url";
  wanted.tls.emplace().client_auth = ClientAuth::kRequest;
  wanted.tracing.sample_ratio = 0.5;
  EXPECT_THAT(ChangedKeys(running, Reloaded(running, wanted)),
              testing::ElementsAre("tracing.sample_ratio"));
  EXPECT_THAT(ChangedKeys(wanted, Reloaded(wanted, running)),
              testing::ElementsAre("tracing.sample_ratio"));
}

TEST(Schema, StatesWhatTheReaderTakes) {
  const ordered_json schema = ordered_json::parse(ConfigSchema());
  const ordered_json& keys = schema.at("properties");
  EXPECT_EQ(schema.at("required"), ordered_json({"upstreams"}));
  EXPECT_EQ(schema.at("additionalProperties"), false);
  const ordered_json depth = keys["limits"]["properties"]["json"]["properties"]["depth"];
  EXPECT_EQ(depth.at("minimum"), 8);
  EXPECT_EQ(depth.at("maximum"), 512);
  EXPECT_EQ(keys["tls"]["properties"]["client_auth"].at("enum"),
            ordered_json({"none", "request", "require"}));
  const ordered_json upstream = keys["upstreams"]["items"];
  EXPECT_EQ(keys["upstreams"].at("minItems"), 1);
  EXPECT_EQ(upstream.at("required"), ordered_json({"name"}));
  EXPECT_EQ(upstream["properties"]["headers"]["additionalProperties"]["type"], "string");
  EXPECT_EQ(upstream["properties"]["api_key"]["oneOf"].size(), 3u);
  EXPECT_EQ(upstream["properties"]["keys"]["items"].at("required"), ordered_json({"name"}));
  EXPECT_EQ(upstream["properties"]["tags"].at("minItems"), 0);
  const ordered_json route = keys["routes"]["items"];
  EXPECT_EQ(route.at("required"), ordered_json({"name", "targets"}));
  EXPECT_EQ(route["properties"]["also_on"].at("minItems"), 0);
  EXPECT_EQ(route["properties"]["also_on"]["items"].at("enum"),
            ordered_json({"content_filter", "unsupported_parameter"}));
}

TEST(ExampleText, NamesTheDefaultWhereItShowsAnotherValue) {
  const std::string text = ExampleText();
  EXPECT_THAT(text, HasSubstr(" Default: false.\n  insecure: true\n"));
  EXPECT_THAT(text, HasSubstr(" Default: the system's.\n    # ca_bundle: /etc"));
  EXPECT_THAT(text, HasSubstr("    - {method: GET, path: /models/**}\n"));
  EXPECT_THAT(text, HasSubstr("      - {upstream: openai, weight: 95}\n"));
  EXPECT_THAT(text, HasSubstr(" Any of: upstream,"));
  EXPECT_THAT(text, Not(HasSubstr("Default: 50051")));
}

TEST(ExampleText, FitsOnAScreen) {
  std::istringstream lines(ExampleText());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST(ExampleText, IsReadAsTheConfigurationThatItShows) {
  Config shown = ExampleConfig();
  shown.upstreams[1].base_url += "/openai";  // as it is read
  EXPECT_EQ(Redacted(Parsed(ExampleText())), Redacted(shown));
}

// Its words are the documentation of a key; those that follow may belong to what is said of it.
TEST(ExampleText, SaysSomethingOfEveryMapping) {
  Config config;
  const auto says = [](const Key& key, const Keys& within) {
    return !key.about.empty() || !within.list.front().about.empty();
  };
  ForEachMapping(KeysOf(config), "", [&](const Keys& keys, const std::string& path) {
    for (const Key& key : keys.list) {
      if (const auto* sub = std::get_if<SubKey>(&key.value)) {
        EXPECT_TRUE(says(key, sub->keys)) << path << "." << key.name;
      } else if (const auto* list = std::get_if<ListKey>(&key.value)) {
        EXPECT_TRUE(says(key, list->add())) << path << "." << key.name;
      }
    }
  });
}

}  // namespace
}  // namespace inferwire::config
