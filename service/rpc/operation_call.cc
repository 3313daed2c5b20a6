#include "rpc/operation_call.h"

#include <utility>

#include "gateway/call_options.h"
#include "rpc/request.h"

namespace inferwire::rpc {

void OperationCall::Serve(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                          std::unique_ptr<Wire> wire) {
  (new OperationCall(std::move(services), endpoint, std::move(wire)))->Run();
}

OperationCall::OperationCall(std::shared_ptr<const CallServices> services, const Endpoint& endpoint,
                             std::unique_ptr<Wire> wire)
    : Call(std::move(services), endpoint, std::move(wire)),
      release_timer_(services_.runtime.timers, [this] { LetGo(); }) {}

Result<void> OperationCall::Start() {
  if (!endpoint_.reads_stream()) return StartWithRequest();
  return ReadsFirst() ? StartWithFirst() : Admit({});
}

Result<void> OperationCall::StartWithRequest() {
  recorder_.Received();
  recorder_.memory().Set(gateway::CallMemory::kRequest, wire().request().Length());
  auto request =
      ParseRequest(wire().request(), services_.limits, *endpoint_.begin.new_request(&arena_));
  if (!request) return request.error();
  request_ = *request;
  const BeginSingle& begin = endpoint_.begin;
  CallRecorder::Ask ask;
  if (begin.model) ask.model = begin.model(*request_);
  if (begin.output) ask.output = begin.output(*request_);
  if (begin.options) {
    const v1::CallOptions& options = begin.options(*request_);
    if (auto asked = AskFor(options, ask); !asked) return asked;
    has_key_ = services_.idempotent && begin.fingerprint && !options.idempotency_key().empty();
  }
  if (has_key_) recorder_.RunsElsewhere();
  return Admit(ask);
}

Result<void> OperationCall::AskFor(const v1::CallOptions& options, CallRecorder::Ask& ask) {
  auto wait = gateway::CheckQueueWait(options, "options.max_queue_wait");
  if (!wait) return std::move(wait.error());
  ask.options = &options;
  ask.max_queue_wait = *wait;
  return {};
}

// Until it is admitted, the call has no other deadline.
Result<void> OperationCall::StartWithFirst() {
  constexpr std::chrono::seconds kFirstWithin{30};
  CutAt(services_.runtime.timers.Now() + kFirstWithin);
  ReadMore();
  return {};
}

void OperationCall::TakeFirst(Message& first) {
  request_ = &first;
  const BeginClientStream& begin = endpoint_.begin_client_stream;
  CallRecorder::Ask ask;
  ask.model = begin.model(first);
  const v1::CallOptions* const options = begin.options ? begin.options(first) : nullptr;
  auto asked = options ? AskFor(*options, ask) : Result<void>();
  if (asked) asked = Admit(ask);
  if (!asked) Finish(std::move(asked.error()));
}

void OperationCall::GiveFirst() {
  if (!request_ || recorder_.ended()) return;
  input_->Take(*std::exchange(request_, nullptr));
  arena_.Reset();
  recorder_.memory().Set(gateway::CallMemory::kRequest, 0);
}

void OperationCall::EndOfInput() {
  if (input_) return input_->EndOfInput();
  Finish(InvalidField("message", "is required: the caller sent none"));
}

Result<void> OperationCall::Begin() {
  if (endpoint_.reads_stream()) return BeginToRead();
  if (has_key_) return BeginWithKey();
  auto operation = endpoint_.begin.operation(*std::exchange(request_, nullptr), services_.runtime,
                                             recorder_.context(), *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  arena_.Reset();  // the request is on its way: a long prompt is not kept for a long stream
  operation_->Start();
  return {};
}

Result<void> OperationCall::BeginWithKey() {
  auto operation = IdempotentAttachment::Make(services(), endpoint_, recorder_,
                                              *std::exchange(request_, nullptr), *this);
  if (!operation) return operation.error();
  operation_ = std::move(*operation);
  CutAt(recorder_.deadline());
  operation_->Start();
  arena_.Reset();
  recorder_.memory().Set(gateway::CallMemory::kRequest, 0);
  return {};
}

Result<void> OperationCall::BeginToRead() {
  auto operation =
      endpoint_.begin_client_stream.operation(services_.runtime, recorder_.context(), *this);
  if (!operation) return operation.error();
  input_ = operation->get();
  operation_ = std::move(*operation);
  CutAt(recorder_.deadline());
  operation_->Start();
  GiveFirst();
  ReadMore();
  return {};
}

// Only for those who have said that they may have to wait: from the first message on a caller's
// gRPC library does not repeat a stream by itself any more.
bool OperationCall::ListensToStanding() {
  const BeginSingle& begin = endpoint_.begin;
  return begin.queued && begin.options(*request_).has_max_queue_wait();
}

void OperationCall::OnStanding(const limits::Standing& standing) {
  if (!pump_.Full()) pump_.Push(*endpoint_.begin.queued(standing));
}

bool OperationCall::Wanted() {
  if (!input_) return ReadsFirst() && !request_;
  if (input_->HasRoom()) return true;
  recorder_.Paused();
  return false;
}

void OperationCall::Take(grpc::ByteBuffer& bytes) {
  const size_t size = bytes.Length();
  auto message =
      ParseRequest(bytes, services_.limits, *endpoint_.begin_client_stream.new_request(&arena_));
  if (!message) return Cut(message.error());
  if (!input_) {
    recorder_.memory().Set(gateway::CallMemory::kRequest, size);
    return TakeFirst(**message);
  }
  input_->Take(**message);
  arena_.Reset();
}

void OperationCall::OnRoom() {
  recorder_.Resumed();
  ReadMore();
}

// A call's only answer is made in its arena. Not where messages are read: theirs is emptied after
// each, while an answer may be in the making.
google::protobuf::Arena* OperationCall::arena() { return input_ ? nullptr : &arena_; }

void OperationCall::Resume() {
  if (operation_) operation_->Resume();
}

void OperationCall::TendOperations() {
  if (operation_ && recorder_.memory().WaitedLongEnough()) operation_->Resume();
}

const gateway::CallStats& OperationCall::stats() const {
  static const gateway::CallStats kNone;
  return operation_ ? operation_->stats() : kNone;
}

void OperationCall::Abandon(const Error& why) {
  if (operation_) operation_->Abandon(why.reason);
}

void OperationCall::OnEnd(std::optional<Error> error) {
  Finish(std::move(error));
  // Handed over, it is held once: not as the upstream's text and as a message besides.
  if (recorder_.memory().held() > gateway::MemoryBudget::kSmallCall) {
    release_timer_.Set(services_.runtime.timers.Now());
  }
}

void OperationCall::Announce(std::string_view reason, SteadyTime end) {
  if (operation_ && !recorder_.ended()) operation_->Announce(reason, end);
}

void OperationCall::LetGo() {
  operation_.reset();
  arena_.Reset();
}

}  // namespace inferwire::rpc
