#include "unit/simulator/forms.h"

#include "base/sha256.h"
#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {

Response PostForm(const Simulator& simulator, std::string_view path, const HeaderList& fields,
                  const std::vector<FilePart>& files, const HeaderList& headers) {
  std::string body;
  for (const auto& [name, value] : fields) {
    body +=
        "--b7\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  }
  for (const FilePart& file : files) {
    body += "--b7\r\nContent-Disposition: form-data; name=\"" + file.part + "\"; filename=\"" +
            file.filename + "\"\r\n\r\n" + file.bytes + "\r\n";
  }
  HeaderList all = headers;
  all.emplace_back("content-type", "multipart/form-data; boundary=b7");
  return Send(simulator, "POST", path, all, body + "--b7--\r\n");
}

std::string HexHash(std::string_view bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return hash.Hex();
}

}  // namespace inferwire::simulator::testing
