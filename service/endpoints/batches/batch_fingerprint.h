// What a batch consists of, in one hash: a creation with a request_id that was used before is the
// same only if all of it is.
#pragma once

#include <string>
#include <string_view>

#include "base/sha256.h"
#include "inferwire/v1/batches_service.pb.h"
#include "store/job.h"

namespace inferwire::endpoints {

class BatchFingerprint {
 public:
  // The job has what the header left to its defaults.
  void AddHeader(const v1::BatchHeader& header, const store::Job& job);
  void AddItem(std::string_view custom_id, std::string_view body);
  std::string Hex() { return hash_.Hex(); }

 private:
  void Add(std::string_view text);

  Sha256 hash_;
};

}  // namespace inferwire::endpoints
