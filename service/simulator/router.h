// Request -> answer. Knows nothing of sockets. Not thread-safe: the simulator's thread only.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "simulator/answer.h"
#include "simulator/assistants.h"
#include "simulator/audio.h"
#include "simulator/backend.h"
#include "simulator/batches.h"
#include "simulator/call.h"
#include "simulator/conversations.h"
#include "simulator/errors.h"
#include "simulator/files.h"
#include "simulator/fine_tuning.h"
#include "simulator/images.h"
#include "simulator/options.h"
#include "simulator/rate_limits.h"
#include "simulator/realtime_secrets.h"
#include "simulator/responses.h"
#include "simulator/routes.h"
#include "simulator/rules.h"
#include "simulator/runs.h"
#include "simulator/stats.h"
#include "simulator/stored_chats.h"
#include "simulator/threads.h"
#include "simulator/upload.h"
#include "simulator/virtual_clock.h"

namespace inferwire::simulator {

class Router {
 public:
  Router(const Options& options, const Clock& clock, VirtualClock& virtual_clock, Rulebook& rules,
         StatsBoard& stats);

  // From the headers alone: whether the body goes into a file. Null: it is a part of the request.
  std::unique_ptr<Upload> BeginUpload(const Recorded& head);
  // upload: what BeginUpload gave for this request, with the body in it.
  Answer Route(const Recorded& request, Upload* upload = nullptr);
  // For requests that could not be read.
  Answer Refuse(ApiError error);
  // See Batches.
  void OnWork(std::function<void()> wake) { batches_.OnWork(std::move(wake)); }
  bool Work() { return batches_.Work(); }

 private:
  void AddRoutes();
  void AddFileRoutes();
  void Dispatch(Call& call);
  void Act(Call& call, const Operation& operation);
  bool ReadBody(Call& call, BodyKind kind);
  bool ReadBehavior(Call& call);
  bool Scripted(Call& call);
  void Control(Call& call);
  void Finish(Call& call);
  // router_models.cc
  void Chat(Call& call);
  void CompleteText(Call& call);
  void Embeddings(Call& call);
  void Moderations(Call& call);
  void Model(Call& call);
  // router_files.cc
  void UploadFile(Call& call);
  void ListFiles(Call& call);
  void FileContent(Call& call);

  const Options& options_;
  const Clock& clock_;
  VirtualClock& virtual_clock_;
  Rulebook& rules_;
  StatsBoard& stats_;
  RateLimits limits_;
  Files files_;
  Batches batches_;
  TunedModels tuned_;
  Backend backend_;
  FineTuning fine_tuning_;
  RealtimeSecrets realtime_secrets_;
  StoredChats stored_chats_;
  Images images_;
  Audio audio_;
  Conversations conversations_;
  Responses responses_;
  Assistants assistants_;
  Threads threads_;
  Runs runs_;
  Routes routes_;
  uint64_t requests_ = 0;
};

}  // namespace inferwire::simulator
