#include "openai/file_request.h"

#include "codec/decode.h"
#include "openai/error.h"
#include "openai/path_segment.h"

namespace inferwire::openai {
namespace {

constexpr size_t kMaxFileId = 256;

}  // namespace

Result<Exchange::Request> ToUpstream(std::string_view method, std::string_view upstream,
                                     const Runtime& runtime, const CallContext& context) {
  const auto found = runtime.routes.ByName(upstream);
  if (!found) return found.error();
  Exchange::Request request;
  request.upstream = *found;
  request.method = method;
  request.use = Use::kFiles;
  request.max_bytes = runtime.limits.body_bytes;
  request.deadline = context.deadline;
  request.trace = context.trace;
  request.memory = context.memory;
  request.keeps_answer = true;
  request.max_retries = (*found)->options().max_retries;
  return request;
}

Result<std::string> FilePath(std::string_view file_id, std::string_view below) {
  if (file_id.empty()) return InvalidField("file_id", "is required");
  if (file_id.size() > kMaxFileId) return InvalidField("file_id", "is longer than 256 bytes");
  if (!CanBePathSegment(file_id)) return InvalidField("file_id", "is not an id");
  std::string path = "/files/";
  AppendPercentEncoded(file_id, path);
  return path += below;
}

Result<void> ReadFile(std::string_view json, const Runtime& runtime, const Attempt& attempt,
                      v1::File& file) {
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(json, file, runtime.limits.json, &stats); !decoded) {
    return Protocol(decoded.error().message, attempt);
  }
  if (file.file_id().empty()) return Protocol("it is not a file", attempt);
  runtime.metrics.Operation("files").UnknownFields(stats.unknown_members);
  return {};
}

}  // namespace inferwire::openai
