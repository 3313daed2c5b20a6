#include "tokens/vocabulary_data.h"

#ifdef LLMGATE_VOCABULARY_DATA

// The assembler takes the file as it is: as a C++ array it would take minutes to compile.
asm(".section .rodata\n"
    ".balign 16\n"
    ".global llmgate_vocabulary_begin\n"
    ".global llmgate_vocabulary_end\n"
    "llmgate_vocabulary_begin:\n"
    ".incbin \"" LLMGATE_VOCABULARY_DATA
    "\"\n"
    "llmgate_vocabulary_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" const char llmgate_vocabulary_begin[], llmgate_vocabulary_end[];

namespace llmgate::tokens {

std::string_view VocabularyData() {
  return {llmgate_vocabulary_begin,
          static_cast<size_t>(llmgate_vocabulary_end - llmgate_vocabulary_begin)};
}

}  // namespace llmgate::tokens

#else

namespace llmgate::tokens {

std::string_view VocabularyData() { return {}; }

}  // namespace llmgate::tokens

#endif
