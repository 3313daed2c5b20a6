// wire_check DIR: replays recorded HTTP interactions through the real server and a real client.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "wire/chat_check.h"
#include "wire/gateways.h"
#include "wire/raw_check.h"
#include "wire/recording.h"
#include "wire/report.h"
#include "wire/stored_check.h"
#include "wire/typed_check.h"

namespace inferwire::wire {
namespace {

namespace fs = std::filesystem;

bool IsChatCompletion(const Recording& recording) {
  const std::string path = recording.path.substr(0, recording.path.find('?'));
  return recording.endpoint == "chat" && recording.method == "POST" &&
         path.ends_with("/chat/completions");
}

Verdict Check(const std::shared_ptr<const Recording>& recording, Gateways& gateways) {
  try {
    if (IsChatCompletion(*recording)) return CheckChat(recording, gateways);
    if (recording->endpoint == "files") return CheckFiles(recording, gateways);
    if (recording->endpoint == "batches") return CheckBatches(recording, gateways);
    const Verdict raw = CheckRaw(recording, gateways);
    if (raw.failed()) return raw;
    const auto typed = CheckTyped(recording, gateways);
    return typed && typed->failed() ? *typed : raw;
  } catch (const std::exception& error) {
    return Verdict::Failed(error.what());
  }
}

std::vector<fs::path> JsonFiles(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".json") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

int Run(const fs::path& folder, const std::set<std::string>& endpoints, const std::string& only,
        uint64_t seed, const std::string& json_file) {
  Gateways gateways;
  Report report;
  for (const fs::path& file : JsonFiles(folder)) {
    if (file.string().find(only) == std::string::npos) continue;
    auto recording = ReadRecording(folder, file, seed);
    if (!recording || (!endpoints.empty() && !endpoints.contains(recording->endpoint))) continue;
    const auto shared = std::make_shared<const Recording>(std::move(*recording));
    report.Add(*shared, Check(shared, gateways));
  }
  if (report.empty()) {
    std::cerr << "wire_check: no recorded interactions in " << folder.string() << '\n';
    return 2;
  }
  report.Print(std::cout);
  if (!json_file.empty()) {
    std::ofstream out(json_file);
    report.WriteJson(out);
    if (!out.flush()) {
      std::cerr << "wire_check: cannot write " << json_file << '\n';
      return 2;
    }
  }
  return report.failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace inferwire::wire

int main(int argc, char** argv) {
  CLI::App app("Replays recorded HTTP interactions through inferwire-server and a gRPC client.");
  std::string folder, json_file, only;
  std::vector<std::string> endpoints;
  uint64_t seed = 1;
  app.add_option("DIR", folder, "Folder of recordings, searched to the bottom")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--endpoint", endpoints, "Only these endpoints, e.g. chat");
  app.add_option("--only", only, "Only files whose path contains this");
  app.add_option("--seed", seed, "For splitting bodies whose reads were not recorded");
  app.add_option("--json", json_file, "Write all results to this file");
  CLI11_PARSE(app, argc, argv);
  try {
    return inferwire::wire::Run(folder, {endpoints.begin(), endpoints.end()}, only, seed,
                                json_file);
  } catch (const std::exception& error) {
    std::cerr << "wire_check: " << error.what() << '\n';
    return 2;
  }
}
