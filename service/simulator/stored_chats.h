// The chat completions that were asked to be stored: listed, read, labelled and deleted.
#pragma once

#include <memory>
#include <vector>

#include "simulator/backend.h"
#include "simulator/kept.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

class StoredChats {
 public:
  explicit StoredChats(Backend& backend);
  void AddRoutes(Routes& routes);
  // The request and the whole answer to it. The same answer again takes the first one's place.
  void Keep(const Json& request, const std::string& answer);

 private:
  struct StoredChat {
    std::string id{};
    Json completion{};
    std::vector<Json> messages{};
  };

  std::shared_ptr<StoredChat> Find(Call& call);
  void List(Call& call);
  void Update(Call& call);
  void Delete(Call& call);
  void Messages(Call& call);

  Backend& backend_;
  Kept<StoredChat> kept_;
};

}  // namespace inferwire::simulator
