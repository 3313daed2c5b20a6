// Makes the list of known models a piece at a time: there may be thousands, and a loop has other
// calls to serve.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "openai/model_list.h"
#include "upstream/known_models.h"
#include "upstream/router.h"

namespace inferwire::upstream {

class KnownModelsMaker {
 public:
  // The router outlives this.
  explicit KnownModelsMaker(const Router& router);

  // Takes so many names further. Null: there are more; what was returned ends it.
  std::shared_ptr<const KnownModels> Step(size_t names);

 private:
  // What an upstream lists, while it is gone through.
  struct Reading {
    const Upstream* upstream = nullptr;
    const Listing::Read* read = nullptr;
    std::vector<std::string> sent{};
    size_t next_sent = 0;
    bool has_all = false;
    std::set<const openai::ListedModel*> seen{};
    std::map<std::string, openai::ListedModel, std::less<>>::const_iterator next{};
  };

  // Each takes one name further; false: it has none left.
  bool AddCatalogued();
  bool AddConfigured();
  bool AddListed();
  bool AddToList();

  void ReadNext();
  // Where calls for it go, and under which name.
  void AddPlace(KnownModel& model) const;
  // By what its upstream is sent, a configured name means the model that it is here.
  void AddListed(const std::string& name, const openai::ListedModel* listed);

  const Router& router_;
  KnownModels known_;
  size_t phase_ = 0;
  size_t next_catalogued_ = 0;
  std::map<std::string, Destination, std::less<>>::const_iterator next_configured_;
  size_t next_upstream_ = 0;
  std::optional<Reading> reading_;
  std::map<std::string, KnownModel> models_;
};

// What a name of the configuration stands for, as Router::ForModel sees it: the model that is sent,
// else the one that is asked for.
const catalogue::Model* ModelInfoOf(std::string_view name, const Destination& route,
                                    const catalogue::Catalogue& catalogue);

}  // namespace inferwire::upstream
