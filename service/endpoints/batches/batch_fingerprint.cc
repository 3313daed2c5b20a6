#include "endpoints/batches/batch_fingerprint.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace inferwire::endpoints {

// Lengths first: no two lists of texts have the same bytes.
void BatchFingerprint::Add(std::string_view text) {
  hash_.Add(std::to_string(text.size()) + ":");
  hash_.Add(text);
}

void BatchFingerprint::AddHeader(const v1::BatchHeader& header, const store::Job& job) {
  for (const std::string* text : {&job.endpoint, &job.window, &job.input_file, &job.upstream}) {
    Add(*text);
  }
  std::vector<std::pair<std::string, std::string>> sorted(header.metadata().begin(),
                                                          header.metadata().end());
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [key, value] : sorted) {
    Add(key);
    Add(value);
  }
}

void BatchFingerprint::AddItem(std::string_view custom_id, std::string_view body) {
  Add(custom_id);
  Add(body);
}

}  // namespace inferwire::endpoints
