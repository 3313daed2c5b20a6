// Short-lived keys for realtime sessions. None of them is asked for again: the simulator takes
// every key.
#pragma once

#include "simulator/backend.h"
#include "simulator/random.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

class RealtimeSecrets {
 public:
  explicit RealtimeSecrets(Backend& backend);
  void AddRoutes(Routes& routes);

 private:
  void Create(Call& call);

  Backend& backend_;
  Random ids_;
};

}  // namespace inferwire::simulator
