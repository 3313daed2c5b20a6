// Takes the place of a function of the statically linked libcurl (linker option --wrap,
// llmgate_static_curl in static_libraries.cmake). libcurl 7.88 writes the head of a request through
// a printf of its own that appends byte by byte, each with a check of the buffer: 34,000 of the
// 240,000 instructions of a small call. Texts put together cost a twentieth.
#include <curl/curl.h>

#include <array>
#include <cstdarg>
#include <cstring>
#include <string_view>

extern "C" {

struct dynbuf;
CURLcode Curl_dyn_addn(dynbuf* into, const void* bytes, size_t size);
CURLcode Curl_dyn_vaddf(dynbuf* into, const char* format, va_list arguments);
CURLcode __wrap_Curl_dyn_addf(dynbuf* into, const char* format, ...);

}  // extern "C"

namespace {

// More than any usual head; what does not fit is libcurl's to write.
using Text = std::array<char, 2048>;

bool Append(std::string_view more, Text& text, size_t& size) {
  if (more.size() > text.size() - size) return false;
  std::memcpy(text.data() + size, more.data(), more.size());
  size += more.size();
  return true;
}

// The length; 0 if it is empty, too long, or asks for more than texts.
size_t PutTogether(const char* format, va_list arguments, Text& text) {
  size_t size = 0;
  while (*format != '\0') {
    const size_t plain = std::strcspn(format, "%");
    if (!Append({format, plain}, text, size)) return 0;
    format += plain;
    if (*format == '\0') break;
    if (format[1] != 's') return 0;
    const char* argument = va_arg(arguments, const char*);
    if (argument == nullptr || !Append(argument, text, size)) return 0;
    format += 2;
  }
  return size;
}

}  // namespace

CURLcode __wrap_Curl_dyn_addf(dynbuf* into, const char* format, ...) {
  Text text;
  va_list arguments;
  va_start(arguments, format);
  const size_t size = PutTogether(format, arguments, text);
  va_end(arguments);
  if (size > 0) return Curl_dyn_addn(into, text.data(), size);
  va_start(arguments, format);
  const CURLcode result = Curl_dyn_vaddf(into, format, arguments);
  va_end(arguments);
  return result;
}
