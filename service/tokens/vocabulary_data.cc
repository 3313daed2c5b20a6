#include "tokens/vocabulary_data.h"

#ifdef INFERWIRE_VOCABULARY_DATA

// The assembler takes the file as it is: as a C++ array it would take minutes to compile.
asm(".section .rodata\n"
    ".balign 16\n"
    ".global inferwire_vocabulary_begin\n"
    ".global inferwire_vocabulary_end\n"
    "inferwire_vocabulary_begin:\n"
    ".incbin \"" INFERWIRE_VOCABULARY_DATA
    "\"\n"
    "inferwire_vocabulary_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" const char inferwire_vocabulary_begin[], inferwire_vocabulary_end[];

namespace inferwire::tokens {

std::string_view VocabularyData() {
  return {inferwire_vocabulary_begin,
          static_cast<size_t>(inferwire_vocabulary_end - inferwire_vocabulary_begin)};
}

}  // namespace inferwire::tokens

#else

namespace inferwire::tokens {

std::string_view VocabularyData() { return {}; }

}  // namespace inferwire::tokens

#endif
