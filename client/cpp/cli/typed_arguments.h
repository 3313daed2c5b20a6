// The command line of `inferwire embed`, `moderate`, `image`, `speak`, `transcribe`, `translate`
// and `continue`.
#pragma once

#include <CLI/CLI.hpp>

#include "arguments.h"

namespace inferwire::cli {

// What the parser writes into while it runs.
class TypedArguments {
 public:
  // The verb that was given comes to be all.verb.
  void AddTo(CLI::App& app, Arguments& all);

 private:
  void AddEmbed(CLI::App& app, Arguments& all);
  void AddModerate(CLI::App& app, Arguments& all);
  void AddImage(CLI::App& app, Arguments& all);
  void AddImageEdit(CLI::App& image, Arguments& all);
  void AddSpeak(CLI::App& app, Arguments& all);
  void AddHear(CLI::App& app, Arguments& all, HearArgs& args);
  void AddContinue(CLI::App& app, Arguments& all);

  EmbedArgs embed_;
  ModerateArgs moderate_;
  ImageArgs image_;
  ImageEditArgs image_edit_;
  SpeakArgs speak_;
  HearArgs transcribe_{.model = "gpt-4o-transcribe"};
  HearArgs translate_{.translate = true, .model = "whisper-1"};
  ContinueArgs continue_;
};

}  // namespace inferwire::cli
