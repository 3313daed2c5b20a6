// Where a ResponseStream's events come from: one call, and further ones that go on with it.
// Private.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "call.h"
#include "inferwire/client/responses.h"
#include "inferwire/v1/responses_service.grpc.pb.h"
#include "patience.h"

namespace inferwire::client {

class ResponseStream::Source final : public MessageSource<ResponseStreamEvent> {
 public:
  Source(std::shared_ptr<grpc::Channel> channel, const CallDefaults& defaults,
         v1::StreamResponseRequest request, const CallOptions& options,
         const ResumeOptions& resume);
  ~Source() override;

  bool Next(ResponseStreamEvent& event) override;
  Result<void> status() const override { return status_; }
  void Cancel() override;

  const std::string& text() const { return text_; }
  const v1::Response& response() const { return response_; }
  const std::string& response_id() const { return id_; }
  std::optional<std::int64_t> last() const { return last_; }
  v1::ResponseResumption resumption() const;

 private:
  void Open();
  // False: the loop has had this event already.
  bool See(const v1::StreamResponseResponse& message);
  void SeeEvent(const v1::ResponseEvent& event);
  // After the end of one call: whether another one goes on with it.
  bool GoOn();
  Result<void> HowItEnded(const grpc::Status& status) const;

  const std::unique_ptr<v1::ResponsesService::Stub> stub_;
  const CallDefaults defaults_;
  const std::stop_token cancellation_;
  Patience patience_;
  v1::StreamResponseRequest request_;
  bool background_;
  const bool made_here_;  // and not only read: a failed response is then an error

  std::unique_ptr<Call> call_;
  std::unique_ptr<grpc::ClientReader<v1::StreamResponseResponse>> reader_;
  Result<void> status_;
  bool started_ = false, complete_ = false, over_ = false, cancelled_ = false;

  std::string text_, id_, upstream_;
  v1::Response response_;
  v1::ResponseStatus ended_as_ = v1::RESPONSE_STATUS_UNSPECIFIED;
  std::optional<std::int64_t> last_;
};

}  // namespace inferwire::client
