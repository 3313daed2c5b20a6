// The file of make_vocabulary.py within the binary.
#pragma once

#include <string_view>

namespace inferwire::tokens {

// Empty if this was built without it.
std::string_view VocabularyData();

}  // namespace inferwire::tokens
