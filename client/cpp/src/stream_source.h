// A MessageSource over a blocking gRPC reader. Private.
#pragma once

#include <grpcpp/support/sync_stream.h>

#include <memory>
#include <utility>

#include "call.h"
#include "inferwire/client/large_streams.h"
#include "inferwire/client/stream.h"
#include "inferwire/client/text_stream.h"
#include "status.h"

namespace inferwire::client {

// A stream that ends with OK has had its last message; otherwise somebody on the way cut it.
bool IsLast(const v1::StreamCompleteResponse& message);
bool IsLast(const v1::StreamInvokeResponse& message);
bool IsLast(const v1::StreamCompleteTextResponse& message);
bool IsLast(const v1::StreamEmbedResponse& message);
bool IsLast(const v1::StreamGenerateImagesResponse& message);
Error Truncated();

inline v1::StreamCompleteResponse& Wire(Event& event) { return event.message; }
inline v1::StreamInvokeResponse& Wire(v1::StreamInvokeResponse& message) { return message; }
inline v1::StreamCompleteTextResponse& Wire(TextEvent& event) { return event.message; }
inline v1::StreamEmbedResponse& Wire(EmbedEvent& event) { return event.message; }
inline v1::StreamGenerateImagesResponse& Wire(ImageEvent& event) { return event.message; }

template <class Message, class WireMessage>
class ReaderSource final : public MessageSource<Message> {
 public:
  // start: (ClientContext*) -> unique_ptr<ClientReader<WireMessage>>.
  template <class Start>
  ReaderSource(std::unique_ptr<Call> call, Start start)
      : call_(std::move(call)), reader_(start(&call_->context())) {}

  ~ReaderSource() override {
    if (finished_) return;
    call_->Cancel();
    // gRPC wants every call finished; a cancelled one ends at once.
    for (Message rest; reader_->Read(&Wire(rest));) {
    }
    (void)reader_->Finish();
  }

  bool Next(Message& message) override {
    if (finished_) return false;
    if (reader_->Read(&Wire(message))) {
      complete_ = complete_ || IsLast(Wire(message));
      return true;
    }
    finished_ = true;
    status_ = ToResult(reader_->Finish());
    if (status_.ok() && !complete_) status_ = Truncated();
    return false;
  }

  Result<void> status() const override { return status_; }
  void Cancel() override { call_->Cancel(); }

 private:
  std::unique_ptr<Call> call_;
  std::unique_ptr<grpc::ClientReader<WireMessage>> reader_;
  Result<void> status_;
  bool complete_ = false;
  bool finished_ = false;
};

}  // namespace inferwire::client
