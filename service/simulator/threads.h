// /v1/threads and their messages.
#pragma once

#include <memory>
#include <vector>

#include "simulator/kept.h"
#include "simulator/routes.h"
#include "simulator/run.h"

namespace inferwire::simulator {

struct StoredThread {
  std::string id{};
  Json json{};
  std::vector<Json> messages{};              // oldest first
  std::vector<std::shared_ptr<Run>> runs{};  // oldest first
  Random ids{0};                             // of what it holds
};

// Brings the thread's runs to where time is: their answers become messages.
void AdvanceRuns(const Backend& backend, StoredThread& thread);
// The run that the thread is busy with; null if there is none.
std::shared_ptr<Run> ActiveRun(const StoredThread& thread);

class Threads {
 public:
  explicit Threads(Backend& backend);
  void AddRoutes(Routes& routes);

  // The thread of the path, its runs up to date; null: the call has failed.
  std::shared_ptr<StoredThread> Find(Call& call);
  // The error, or a new thread with the messages of the body.
  std::optional<ApiError> Make(const Json& body, std::shared_ptr<StoredThread>& thread);
  // Messages of a list in a request, added to the thread.
  std::optional<ApiError> AddMessages(const Json& list, const std::string& path,
                                      StoredThread& thread);
  // It has grown.
  void Resize(StoredThread& thread);

 private:
  void Update(Call& call);
  void Delete(Call& call);
  void CreateMessage(Call& call);
  void ListMessages(Call& call);
  void UpdateMessage(Call& call);
  void DeleteMessage(Call& call);
  Json* FindMessage(Call& call, StoredThread& thread);

  Backend& backend_;
  Random ids_;
  Kept<StoredThread> kept_;
};

}  // namespace inferwire::simulator
