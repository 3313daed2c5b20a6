#include "openai/reserved_members.h"

#include <array>

namespace inferwire::openai {
namespace {

constexpr std::array<std::string_view, 1> kOfEmbeddings = {"encoding_format"};
constexpr std::array<std::string_view, 2> kOfStreams = {"stream", "stream_options"};
constexpr std::array<std::string_view, 1> kOfSpeech = {"stream_format"};
constexpr std::array<std::string_view, 1> kOfOthers = {"stream"};

}  // namespace

std::span<const std::string_view> ReservedMembers(std::string_view operation) {
  if (operation == "embeddings") return kOfEmbeddings;
  if (operation == "speech") return kOfSpeech;
  if (operation == "responses" || operation == "text_completion") return kOfStreams;
  return kOfOthers;
}

}  // namespace inferwire::openai
