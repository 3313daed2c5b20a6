// /v1/audio: speech whose length follows the text, and transcripts that tell what was uploaded.
#pragma once

#include "simulator/backend.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

class Audio {
 public:
  explicit Audio(Backend& backend) : backend_(backend) {}
  void AddRoutes(Routes& routes);

 private:
  void Speak(Call& call);
  void Transcribe(Call& call, bool translate);

  Backend& backend_;
};

}  // namespace inferwire::simulator
