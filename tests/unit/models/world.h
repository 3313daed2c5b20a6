// Routes with two upstreams and the built-in catalogue, for the tests of ModelsService.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config_catalogue.h"
#include "openai/routes.h"

namespace inferwire::models {

struct ModelsWorld {
  explicit ModelsWorld(bool strict = false, const std::vector<std::string>& of_openai = {"*"},
                       const std::map<std::string, std::string>& aliases = {{"fast",
                                                                             "gpt-4.1-mini"}})
      : holder(BuiltInCatalogue(strict)) {
    Add("openai", of_openai, aliases);
    Add("local", {"llama-3.1-8b"}, {{"small", "llama-3.1-8b"}});
    // As with Azure: the alias is the model's name, the target a deployment.
    Add("azure", {}, {{"gpt-4.1", "my-deployment"}});
    routes.TakeFactsFrom(holder);
  }

  void Add(const std::string& name, const std::vector<std::string>& models,
           const std::map<std::string, std::string>& aliases) {
    openai::UpstreamOptions options;
    options.name = name;
    options.base_url = "http://upstream/v1";
    routes.Add(std::make_unique<const openai::Upstream>(std::move(options), nullptr, metrics),
               models, aliases, false);
  }

  Metrics metrics;
  catalogue::Holder holder;
  openai::Routes routes;
};

}  // namespace inferwire::models
