#include "endpoints/files/file_request.h"

#include "openai/path_segment.h"
#include "telemetry/operation_metrics.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kMaxFileId = 256;

}  // namespace

Result<upstream::UpstreamCall::Request> ToUpstream(std::string_view method,
                                                   std::string_view upstream,
                                                   const openai::RequestFields& fields,
                                                   const upstream::Runtime& runtime,
                                                   const gateway::CallContext& context) {
  const auto found = runtime.router.ByName(upstream);
  if (!found) return found.error();
  upstream::UpstreamCall::Request request;
  request.upstream = *found;
  request.method = method;
  request.use = upstream::Use::kFiles;
  request.fields = &fields;
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
  if (!openai::CanBePathSegment(file_id)) return InvalidField("file_id", "is not an id");
  std::string path = "/files/";
  openai::AppendPercentEncoded(file_id, path);
  return path += below;
}

Result<void> ReadFile(const AnswerBody& body, v1::File& file) {
  if (auto decoded = body.DecodeInto(file, kFiles); !decoded) return decoded;
  if (file.file_id().empty()) return AnswerBody::Wrong("it is not a file");
  return {};
}

}  // namespace inferwire::endpoints
