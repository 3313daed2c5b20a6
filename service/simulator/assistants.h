// /v1/assistants: configurations that runs use. Like threads, they want the header of their beta.
#pragma once

#include <memory>

#include "simulator/backend.h"
#include "simulator/kept.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

// False: the call has failed, for it lacks "OpenAI-Beta: assistants=v2".
bool HasBetaHeader(Call& call);
// The tools of an assistant or a run, checked.
void ReadAssistantTools(Fields& body, std::optional<ApiError>& fault);

struct StoredAssistant {
  std::string id{};
  Json json{};
};

class Assistants {
 public:
  explicit Assistants(Backend& backend);
  void AddRoutes(Routes& routes);
  std::shared_ptr<StoredAssistant> Find(std::string_view id) const { return kept_.Find(id); }
  static ApiError NotFound(std::string_view id);

 private:
  std::shared_ptr<StoredAssistant> FindFor(Call& call);
  // What the request says goes into json.
  std::optional<ApiError> Read(const Json& body, bool create, Json& json) const;
  void Create(Call& call);
  void List(Call& call);
  void Update(Call& call);
  void Delete(Call& call);

  Backend& backend_;
  Random ids_;
  Kept<StoredAssistant> kept_;
};

}  // namespace inferwire::simulator
