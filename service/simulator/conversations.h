// The conversations of /v1/conversations: items that responses read and add to.
#pragma once

#include <memory>
#include <vector>

#include "simulator/backend.h"
#include "simulator/items.h"
#include "simulator/kept.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

class Conversations {
 public:
  explicit Conversations(Backend& backend);
  void AddRoutes(Routes& routes);

  // False: there is no such conversation.
  bool Contains(std::string_view id) const { return kept_.Find(id) != nullptr; }
  // What an answer in the conversation begins with.
  ItemContext ContextOf(std::string_view id);
  void Append(std::string_view id, const std::vector<Json>& items);

  static ApiError NotFound(std::string_view id);

 private:
  struct Conversation {
    std::string id{};
    int64_t created_at = 0;
    Json metadata{};
    std::vector<Json> items{};
  };

  std::shared_ptr<Conversation> Find(Call& call);
  std::optional<ApiError> ReadItems(const Json& body, Conversation& conversation,
                                    std::vector<Json>& items);
  void Add(Conversation& conversation, std::vector<Json> items);
  void Create(Call& call);
  void Get(Call& call);
  void Update(Call& call);
  void Delete(Call& call);
  void AddItems(Call& call);
  void ListItems(Call& call);
  void GetItem(Call& call);
  void DeleteItem(Call& call);

  Backend& backend_;
  Random ids_;
  Kept<Conversation> kept_;
};

}  // namespace inferwire::simulator
