// The members without a field (extra) of a stream's chunks, merged into those of one answer.
#pragma once

#include <google/protobuf/map.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace llmgate::openai {

using Extra = google::protobuf::Map<std::string, std::string>;

// A later value replaces an earlier one, null never does. Under names that begin with "reasoning"
// two strings, and two lists, are put together: those come in pieces. Returns by how many bytes
// `to` may have grown.
size_t MergeExtra(const Extra& from, Extra& to,
                  std::initializer_list<std::string_view> left_out = {});

// null, "", [] and {}.
bool IsEmptyJson(std::string_view text);

// True if a member that carries output in pieces (reasoning, audio, function_call) holds something.
bool HasOutput(const Extra& extra);

}  // namespace llmgate::openai
