// Speech in files, as sessions take and give it: 24 kHz, 16 bits, one channel.
#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "inferwire/client.h"

namespace inferwire::cli {

// The samples of a WAV file of that form; of any other file all bytes.
client::Result<std::string> SpeechOf(std::string_view file, std::string_view name);

// A WAV file that grows.
class WavFile {
 public:
  // An empty name: nothing is kept.
  client::Result<void> Open(const std::string& name);
  bool is_open() const { return file_.is_open(); }
  bool Append(std::string_view samples);
  // Its length is known now.
  bool Close();

 private:
  std::ofstream file_;
  size_t bytes_ = 0;
};

}  // namespace inferwire::cli
