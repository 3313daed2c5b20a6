// Uploads and batches by plain HTTP, for the tests of files and batches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {

// The multipart body and its content-type, as an SDK would send them.
struct Form {
  std::string body, content_type;
};
Form FileForm(std::string_view purpose, std::string_view filename, std::string_view bytes,
              const HeaderList& more_fields = {});
Response Upload(const Simulator& simulator, const Form& form, const HeaderList& headers = {});
// The id of a file that was stored.
std::string UploadBatchInput(const Simulator& simulator, std::string_view lines);

// A line of a batch's input that asks one question.
std::string Item(std::string_view custom_id, std::string_view model = "gpt-4.1-mini",
                 std::string_view text = "Hi");
std::string Items(int count, std::string_view model = "gpt-4.1-mini");

Response CreateBatch(const Simulator& simulator, std::string_view file_id,
                     std::string_view script = "batch_time=0", const HeaderList& headers = {});
Response Send(const Simulator& simulator, std::string_view method, std::string_view path,
              const HeaderList& headers = {}, std::string_view body = "");
// The batch when it has ended; fails if it does not.
Json Ended(const Simulator& simulator, const Json& batch);
// The lines of an output or error file; what is not JSON comes as discarded.
std::vector<Json> Lines(const Simulator& simulator, const Json& file_id);

}  // namespace inferwire::simulator::testing
