// Takes the place of functions of the statically linked libcurl (linker option --wrap,
// inferwire_static_curl in static_libraries.cmake). libcurl 7.88 writes the head of a request
// through a printf of its own that appends byte by byte, each with a check of the buffer: 40,000 of
// the 240,000 instructions of a small call. Texts and numbers put together cost a twentieth.
#include <curl/curl.h>
#include <curl/mprintf.h>

#include <array>
#include <charconv>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "http/curl_text.h"
#include "http/transfer.h"

// NOLINTBEGIN(bugprone-reserved-identifier): the names that the linker gives them
extern "C" {

struct dynbuf;
CURLcode Curl_dyn_addn(dynbuf* into, const void* bytes, size_t size);
CURLcode Curl_dyn_vaddf(dynbuf* into, const char* format, va_list arguments);
CURLcode __wrap_Curl_dyn_addf(dynbuf* into, const char* format, ...);
char* __wrap_curl_maprintf(const char* format, ...);
int __wrap_curl_msnprintf(char* buffer, size_t size, const char* format, ...);
CURLcode __wrap_Curl_headers_push(void* easy, const char* line, unsigned char origin);

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

bool Append(long number, Text& text, size_t& size) {
  std::array<char, 20> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return Append({digits.data(), end}, text, size);
}

// The length; 0 if it is empty, too long, or asks for more than %s, %d, %u and %ld.
size_t PutTogether(const char* format, va_list arguments, Text& text) {
  size_t size = 0;
  while (*format != '\0') {
    const size_t plain = std::strcspn(format, "%");
    if (!Append(std::string_view(format, plain), text, size)) return 0;
    format += plain;
    if (*format == '\0') break;
    ++format;
    if (*format == 's') {
      const char* argument = va_arg(arguments, const char*);
      if (argument == nullptr || !Append(std::string_view(argument), text, size)) return 0;
    } else if (*format == 'd') {
      if (!Append(va_arg(arguments, int), text, size)) return 0;
    } else if (*format == 'u') {
      if (!Append(va_arg(arguments, unsigned), text, size)) return 0;
    } else if (*format == 'l' && format[1] == 'd') {
      if (!Append(va_arg(arguments, long), text, size)) return 0;
      ++format;
    } else {
      return 0;
    }
    ++format;
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

// The caller frees it by curl_free, which is free: we give libcurl no allocator of our own.
char* __wrap_curl_maprintf(const char* format, ...) {
  Text text;
  va_list arguments;
  va_start(arguments, format);
  const size_t size = PutTogether(format, arguments, text);
  va_end(arguments);
  if (size > 0) {
    auto* copy = static_cast<char*>(std::malloc(size + 1));
    if (copy == nullptr) return nullptr;
    std::memcpy(copy, text.data(), size);
    copy[size] = '\0';
    return copy;
  }
  va_start(arguments, format);
  char* result = curl_mvaprintf(format, arguments);
  va_end(arguments);
  return result;
}

int __wrap_curl_msnprintf(char* buffer, size_t buffer_size, const char* format, ...) {
  Text text;
  va_list arguments;
  va_start(arguments, format);
  const size_t size = PutTogether(format, arguments, text);
  va_end(arguments);
  if (size > 0 && size < buffer_size) {
    std::memcpy(buffer, text.data(), size);
    buffer[size] = '\0';
    return static_cast<int>(size);
  }
  va_start(arguments, format);
  const int result = curl_mvsnprintf(buffer, buffer_size, format, arguments);
  va_end(arguments);
  return result;
}

// libcurl keeps a copy of every header for curl_easy_header, which nobody here calls: 4,000
// instructions of a call and half a KiB of an open stream. What remains is that a line which is no
// header is refused.
CURLcode __wrap_Curl_headers_push(void*, const char* line, unsigned char) {
  const std::string_view header(line, std::strcspn(line, "\r\n"));
  if (line[header.size()] == '\0') return CURLE_BAD_FUNCTION_ARGUMENT;
  const bool folded = header.starts_with(' ') || header.starts_with('\t');
  const bool good = header.empty() || folded || header.find(':') != std::string_view::npos;
  return good ? CURLE_OK : CURLE_BAD_FUNCTION_ARGUMENT;
}

// libcurl calls this for every step, and without CURLOPT_VERBOSE says nothing.
void __wrap_Curl_infof(void* easy, const char* format, ...) {
  if (!inferwire::http::SaysSurplus(format)) return;
  void* transfer = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
  if (transfer != nullptr) static_cast<inferwire::http::Transfer*>(transfer)->SawSurplus();
}
// NOLINTEND(bugprone-reserved-identifier)
