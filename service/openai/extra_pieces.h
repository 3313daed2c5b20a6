// The members without a field (extra) of a stream's chunks, put together into those of one answer.
#pragma once

#include <google/protobuf/map.h>

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "openai/json_pieces.h"

namespace inferwire::openai {

using Extra = google::protobuf::Map<std::string, std::string>;

// What comes in pieces.
class ExtraPieces {
 public:
  // Returns by how many bytes they may have grown.
  size_t Add(const Extra& from, JsonPiece::Kind kind,
             std::initializer_list<std::string_view> left_out = {});
  // Puts them into an empty extra and forgets them.
  void MoveTo(Extra& to);
  void Erase(std::string_view name);

 private:
  std::map<std::string, JsonPiece, std::less<>> members_;
};

// A later value replaces an earlier one, an empty one never does. Returns by how many bytes `to`
// may have grown.
size_t KeepLast(const Extra& from, Extra& to,
                std::initializer_list<std::string_view> left_out = {});

// True if a member of a delta that carries output (reasoning, audio, images, ...) holds something.
bool HasOutput(const Extra& extra);

}  // namespace inferwire::openai
