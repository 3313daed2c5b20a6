// Asking a gateway for what a bad upstream answers, and what must hold whatever that is.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway.h"
#include "hostile/cases.h"

namespace inferwire::e2e::hostile {

// What a caller got, whichever RPC it was.
struct Heard {
  Expected result;
  google::rpc::ErrorInfo info;
  std::string message;
  std::string text;               // all content
  v1::ChatCompletion completion;  // whole or accumulated; empty after an error
  std::optional<double> retry_after_seconds;
  std::string pushback_ms;  // the trailer
  int http_status = 0;      // of RawService
};

// One way to ask through every RPC of a gateway.
class Caller {
 public:
  explicit Caller(const std::shared_ptr<grpc::Channel>& channel);

  Heard Complete();
  Heard Stream();
  // As the only item of a CompleteMany.
  Heard Many(bool stream_chunks);
  Heard Invoke();
  Heard StreamInvoke();

 private:
  std::unique_ptr<v1::ChatService::Stub> chat_;
  std::unique_ptr<v1::RawService::Stub> raw_;
};

// A gateway whose only upstream answers with a test's own bytes.
class HostileGateway {
 public:
  HostileGateway();

  testing_support::ScriptedUpstream& upstream() { return upstream_; }

  Heard Complete(const WireAnswer& answer) { return With(answer).Complete(); }
  Heard Stream(const WireAnswer& answer) { return With(answer).Stream(); }
  Heard Many(const WireAnswer& answer, bool stream_chunks) {
    return With(answer).Many(stream_chunks);
  }
  Heard Invoke(const WireAnswer& answer) { return With(answer).Invoke(); }
  Heard StreamInvoke(const WireAnswer& answer) { return With(answer).StreamInvoke(); }

 private:
  Caller& With(const WireAnswer& answer) {
    upstream_.Answer(answer);
    return caller_;
  }

  testing_support::ScriptedUpstream upstream_;
  Gateway gateway_;
  Caller caller_;
};

// The code and reason of the table, the text, and what holds for every error: its metadata is
// there, every text is UTF-8 and it is not called safe to repeat once there was output.
void Check(const Heard& heard, const Case& expected);
void CheckError(const Heard& heard);

}  // namespace inferwire::e2e::hostile
