// Forms with files, as an SDK would send them.
#pragma once

#include <string>
#include <vector>

#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {

struct FilePart {
  std::string part, filename, bytes;
};

Response PostForm(const Simulator& simulator, std::string_view path, const HeaderList& fields,
                  const std::vector<FilePart>& files, const HeaderList& headers = {});
std::string HexHash(std::string_view bytes);  // SHA-256

}  // namespace inferwire::simulator::testing
