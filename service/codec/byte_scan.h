// Finds the next byte of a JSON string that needs a look, sixteen bytes at a time where the
// processor has SSE2 and else eight: prompts and answers are long runs of bytes that do not.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstdint>
#include <cstring>

namespace inferwire::codec {

enum class StopAt {
  kQuoteOrBackslash,
  kUnescapable,  // also control characters: what a writer must escape
  kNotPlain,     // also non-ASCII bytes: what a checker must look at
};

template <StopAt kStop>
bool Stops(unsigned char c) {
  if (c == '"' || c == '\\') return true;
  if (kStop != StopAt::kQuoteOrBackslash && c < 0x20) return true;
  return kStop == StopAt::kNotPlain && c >= 0x80;
}

// Nonzero if one of the eight bytes stops. A flag above the lowest one may be false, the lowest
// never is: a borrow starts only from a byte that is flagged rightly.
template <StopAt kStop>
uint64_t StopFlags(uint64_t bytes) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  constexpr uint64_t kHighs = 0x8080808080808080;
  const uint64_t quote = bytes ^ (kOnes * '"');
  const uint64_t backslash = bytes ^ (kOnes * '\\');
  uint64_t flags = ((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash);
  if constexpr (kStop != StopAt::kQuoteOrBackslash) flags |= (bytes - kOnes * 0x20) & ~bytes;
  if constexpr (kStop == StopAt::kNotPlain) flags |= bytes;
  return flags & kHighs;
}

#if defined(__SSE2__)
// One bit for each of the sixteen bytes that stops.
template <StopAt kStop>
unsigned StopMask(__m128i bytes) {
  __m128i stops = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                               _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  // Compared as signed numbers, non-ASCII bytes are below the space too.
  const __m128i below_space = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  if constexpr (kStop == StopAt::kNotPlain) stops = _mm_or_si128(stops, below_space);
  if constexpr (kStop == StopAt::kUnescapable) {
    const __m128i ascii = _mm_cmpgt_epi8(bytes, _mm_set1_epi8(-1));
    stops = _mm_or_si128(stops, _mm_and_si128(below_space, ascii));
  }
  return static_cast<unsigned>(_mm_movemask_epi8(stops));
}
#endif

template <StopAt kStop>
const char* FindStop(const char* p, const char* end) {
#if defined(__SSE2__)
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const unsigned mask = StopMask<kStop>(bytes);
    if (mask != 0) return p + std::countr_zero(mask);
  }
#endif
  if constexpr (std::endian::native == std::endian::little) {
    for (; end - p >= 8; p += 8) {
      uint64_t bytes;
      std::memcpy(&bytes, p, 8);
      const uint64_t flags = StopFlags<kStop>(bytes);
      if (flags != 0) return p + std::countr_zero(flags) / 8;
    }
  }
  while (p != end && !Stops<kStop>(static_cast<unsigned char>(*p))) ++p;
  return p;
}

}  // namespace inferwire::codec
