#include "tokens/vocabulary_data.h"

#ifdef INFERWIRE_VOCABULARY_FOLDER

// The assembler takes a file as it is: as a C++ array it would take minutes to compile.
#define INFERWIRE_INCLUDE_VOCABULARY(NAME)               \
  asm(".section .rodata\n"                               \
      ".balign 16\n"                                     \
      ".global inferwire_" #NAME                         \
      "_begin\n"                                         \
      ".global inferwire_" #NAME                         \
      "_end\n"                                           \
      "inferwire_" #NAME                                 \
      "_begin:\n"                                        \
      ".incbin \"" INFERWIRE_VOCABULARY_FOLDER "/" #NAME \
      ".bin\"\n"                                         \
      "inferwire_" #NAME                                 \
      "_end:\n"                                          \
      ".byte 0\n"                                        \
      ".previous\n");                                    \
  extern "C" const char inferwire_##NAME##_begin[], inferwire_##NAME##_end[]

INFERWIRE_INCLUDE_VOCABULARY(o200k_base);
INFERWIRE_INCLUDE_VOCABULARY(cl100k_base);

namespace inferwire::tokens {
namespace {

std::string_view Between(const char* begin, const char* end) {
  return {begin, static_cast<size_t>(end - begin)};
}

}  // namespace

std::string_view O200kData() {
  return Between(inferwire_o200k_base_begin, inferwire_o200k_base_end);
}
std::string_view Cl100kData() {
  return Between(inferwire_cl100k_base_begin, inferwire_cl100k_base_end);
}

}  // namespace inferwire::tokens

#else

namespace inferwire::tokens {

std::string_view O200kData() { return {}; }
std::string_view Cl100kData() { return {}; }

}  // namespace inferwire::tokens

#endif
