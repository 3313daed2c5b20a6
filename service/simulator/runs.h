// The runs of threads: made, watched, fed with the outputs of functions, cancelled.
#pragma once

#include "simulator/assistants.h"
#include "simulator/run_stream.h"
#include "simulator/threads.h"

namespace inferwire::simulator {

class Runs {
 public:
  Runs(Backend& backend, const Assistants& assistants, Threads& threads);
  void AddRoutes(Routes& routes);

 private:
  struct Found {
    std::shared_ptr<StoredThread> thread;
    std::shared_ptr<Run> run;  // null: the call has failed
  };
  Found Find(Call& call);
  void Create(Call& call);
  void CreateWithThread(Call& call);
  void Start(Call& call, const std::shared_ptr<StoredThread>& thread, RunStream::Begin begin);
  void Answer(Call& call, StoredThread& thread, const std::shared_ptr<Run>& run,
              RunStream::Begin begin);
  void List(Call& call);
  void Update(Call& call);
  void Cancel(Call& call);
  void SubmitOutputs(Call& call);
  void ListSteps(Call& call);
  void GetStep(Call& call);

  Backend& backend_;
  const Assistants& assistants_;
  Threads& threads_;
};

}  // namespace inferwire::simulator
