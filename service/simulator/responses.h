// /v1/responses: created, kept, read again, cancelled and forgotten.
#pragma once

#include <memory>

#include "simulator/backend.h"
#include "simulator/conversations.h"
#include "simulator/kept.h"
#include "simulator/response.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

class Responses {
 public:
  Responses(Backend& backend, Conversations& conversations);
  void AddRoutes(Routes& routes);

 private:
  // What stands before the input: of a previous response or a conversation.
  std::optional<ApiError> ReadBefore(const Json& body, ItemContext& before) const;
  std::shared_ptr<StoredResponse> Find(Call& call);
  void Keep(const std::shared_ptr<StoredResponse>& response, const ResponseRequest& request);
  void Create(Call& call);
  void Get(Call& call);
  void Delete(Call& call);
  void Cancel(Call& call);
  void InputItems(Call& call);
  void CountInput(Call& call);
  void Compact(Call& call);

  Backend& backend_;
  Conversations& conversations_;
  Random ids_;
  Kept<StoredResponse> kept_;
};

}  // namespace inferwire::simulator
