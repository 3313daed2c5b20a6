// One recorded HTTP interaction: one JSON file of a folder with INTERACTION files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "wire/json_tree.h"

namespace inferwire::wire {

struct Recording {
  std::string file;  // below the folder
  std::string endpoint, provider;
  std::string method, path;  // path with query
  std::string content_type;  // of the request
  // Nothing if the request's body was not recorded.
  std::optional<JsonTree> request_json;
  std::string request_body;

  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  bool is_event_stream = false;
  // Sizes of the pieces the body is served in; they add up to it.
  std::vector<size_t> pieces;

  // The value of a response header; empty if there is none. Lower case.
  std::string Header(std::string_view name) const;
};

// Nothing if the file is no interaction. Where the sizes of the reads are not recorded, the body is
// split at random from the seed and the file's name.
std::optional<Recording> ReadRecording(const std::filesystem::path& folder,
                                       const std::filesystem::path& file, uint64_t seed);

}  // namespace inferwire::wire
