#include "endpoints/shared/answer_body.h"

#include <utility>

#include "codec/decode.h"
#include "openai/error_body.h"

namespace inferwire::endpoints {

Result<void> AnswerBody::Append(std::string_view bytes,
                                const upstream::UpstreamCall& upstream_call) {
  return body_.Append(bytes, upstream_call.request().max_bytes, runtime_.limits.json);
}

std::optional<Error> AnswerBody::StatedError(const upstream::UpstreamCall& upstream_call) const {
  return openai::FromBody(body_.text(), upstream_call.headers(), upstream_call.attempt(),
                          runtime_.timers.clock().WallNow());
}

Result<void> AnswerBody::DecodeInto(google::protobuf::Message& message,
                                    telemetry::OperationMetrics& metrics) const {
  codec::DecodeStats stats;
  auto decoded = codec::FromJson(body_.text(), message, runtime_.limits.json, &stats);
  if (decoded) metrics.UnknownFields(stats.unknown_members);
  return decoded;
}

Error AnswerBody::Wrong(std::string what) {
  Error error;
  error.code = Code::kInternal;
  error.reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
  error.origin = Origin::kUpstream;
  error.message = std::move(what);
  return error;
}

}  // namespace inferwire::endpoints
