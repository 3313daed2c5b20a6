// Router with two upstreams and the built-in catalogue, for the tests of ModelsService.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/catalogue.h"
#include "telemetry/metrics.h"
#include "upstream/listing.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

struct ModelsWorld {
  explicit ModelsWorld(bool strict = false, const std::vector<std::string>& of_openai = {"*"},
                       const std::map<std::string, std::string>& aliases = {{"fast",
                                                                             "gpt-4.1-mini"}})
      : holder(ThreeModels(strict)) {
    Add("openai", of_openai, aliases);
    Add("local", {"llama-3.1-8b"}, {{"small", "llama-3.1-8b"}});
    // As with Azure: the alias is the model's name, the target a deployment.
    Add("azure", {}, {{"gpt-4.1", "my-deployment"}});
    router.TakeModelInfoFrom(holder);
  }

  // Those that have every fact.
  static std::shared_ptr<const catalogue::Catalogue> ThreeModels(bool strict) {
    std::vector<catalogue::Model> models;
    const auto all = config::BuiltInCatalogue(strict);
    for (const char* id : {"gpt-4.1-mini", "gpt-4.1", "gpt-5"}) models.push_back(*all->Find(id));
    return std::make_shared<catalogue::Catalogue>(all->revision(), std::move(models), strict);
  }

  void Add(const std::string& name, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases) {
    upstream::UpstreamOptions options;
    options.name = name;
    options.base_url = "http://upstream/v1";
    options.listing = listings.Of(name, options.base_url);
    router.Add(std::make_unique<const upstream::Upstream>(std::move(options), upstream::KeyPool(),
                                                          metrics),
               models, aliases, false);
  }

  // What that upstream answers when it is asked what it serves.
  void Lists(const std::string& name, openai::ModelList list) {
    constexpr WallTime kThen{std::chrono::seconds(1'700'000'000)};
    router.Find(name)->options().listing->Store({std::move(list), kThen});
  }

  telemetry::Metrics metrics;
  upstream::Listings listings;
  catalogue::Snapshot holder;
  upstream::Router router;
};

}  // namespace inferwire::endpoints
