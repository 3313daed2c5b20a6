// inferwire-server as a process of its own.
#pragma once

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/child_process.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {

// INFERWIRE_SHIPPED_SERVER names the one that is shipped (./dev test); without it, it is the one
// just linked.
inline std::string ServerProgram() {
  const char* const named = std::getenv("INFERWIRE_SHIPPED_SERVER");
  return named ? named : INFERWIRE_BIN_DIR "/inferwire-server";
}

inline const std::string kServer = ServerProgram();

// In a folder that goes with the test's process.
inline std::string WriteFile(const std::string& name, const std::string& text) {
  static const testing_support::TempFolder folder;
  const std::string path = folder.File(name);
  std::ofstream(path) << text;
  return path;
}

// The port out of the line that the server logs when it has started; 0: it has not.
inline int PortOf(testing_support::ChildProcess& server) {
  const std::string line = server.WaitForLine("\"started\""), text = "127.0.0.1:";
  const size_t at = line.find(text);
  return at == std::string::npos ? 0 : std::stoi(line.substr(at + text.size()));
}

}  // namespace inferwire::e2e
