// What of a request's body the gateway writes by itself, for calls and for items of batches alike.
#pragma once

#include <span>
#include <string_view>

namespace inferwire::openai {

// Members that a caller may not give in extra. operation: as metrics name it.
std::span<const std::string_view> ReservedMembers(std::string_view operation);

// Asks for vectors in a third of the bytes: what reads them takes both forms.
inline constexpr std::string_view kBase64Vectors = R"("encoding_format":"base64",)";

}  // namespace inferwire::openai
