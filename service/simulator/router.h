// Request -> answer. Knows nothing of sockets. Not thread-safe: the simulator's thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "simulator/answer.h"
#include "simulator/batches.h"
#include "simulator/errors.h"
#include "simulator/files.h"
#include "simulator/json.h"
#include "simulator/options.h"
#include "simulator/rate_limits.h"
#include "simulator/rules.h"
#include "simulator/stats.h"
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
  struct Call;  // one request on its way to an answer
  using Serve = void (Router::*)(Call&);

  void Dispatch(Call& call);
  void Act(Call& call, Serve serve);
  bool ReadBody(Call& call);
  bool ReadBehavior(Call& call);
  bool Scripted(Call& call);
  void Chat(Call& call);
  void Embeddings(Call& call);
  void Moderations(Call& call);
  void Model(Call& call);
  void Control(Call& call);
  // router_files.cc
  void UploadFile(Call& call);
  void ListFiles(Call& call);
  void GetFile(Call& call);
  void DeleteFile(Call& call);
  void FileContent(Call& call);
  void CreateBatch(Call& call);
  void ListBatches(Call& call);
  void GetBatch(Call& call);
  void CancelBatch(Call& call);
  bool Limit(Call& call, const std::string& model, int64_t tokens);
  void Fail(Call& call, ApiError error);
  void Settle(Call& call, std::optional<ApiError> error);
  void Finish(Call& call);
  int64_t Created() const;

  const Options& options_;
  const Clock& clock_;
  VirtualClock& virtual_clock_;
  Rulebook& rules_;
  StatsBoard& stats_;
  RateLimits limits_;
  Files files_;
  Batches batches_;
  uint64_t requests_ = 0;
};

std::string_view HeaderOf(const HeaderList& headers, std::string_view name);
// The key of a request; empty: it has none.
std::string_view KeyOf(const HeaderList& headers);

}  // namespace inferwire::simulator
