#include "upstream/url_text.h"

namespace inferwire::upstream {

bool HasParameter(std::string_view path_and_query, std::string_view name) {
  size_t begin = path_and_query.find('?');
  while (begin != std::string_view::npos) {
    const std::string_view rest = path_and_query.substr(begin + 1);
    const std::string_view found = rest.substr(0, rest.find_first_of("=&"));
    if (found == name) return true;
    begin = path_and_query.find('&', begin + 1);
  }
  return false;
}

}  // namespace inferwire::upstream
