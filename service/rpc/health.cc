#include "rpc/health.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "rpc/grpc_wire.h"
#include "rpc/pump.h"

namespace inferwire::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;

std::optional<std::string> ServiceIn(grpc::ByteBuffer& bytes) {
  HealthCheckRequest request;
  if (!grpc::GenericDeserialize<grpc::ProtoBufferReader, HealthCheckRequest>(&bytes, &request)
           .ok()) {
    return std::nullopt;
  }
  return request.service();
}

HealthCheckResponse::ServingStatus StatusOf(std::optional<bool> serving) {
  if (!serving) return HealthCheckResponse::SERVICE_UNKNOWN;
  return *serving ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
}

grpc::ByteBuffer ResponseWith(HealthCheckResponse::ServingStatus status) {
  HealthCheckResponse response;
  response.set_status(status);
  return Serialize(response);
}

const grpc::Status kUnreadable(grpc::StatusCode::INVALID_ARGUMENT, "the request is not readable");

}  // namespace

HealthBoard::HealthBoard() { serving_[""] = true; }

void HealthBoard::Add(const std::vector<std::string>& services) {
  std::lock_guard lock(mutex_);
  for (const std::string& service : services) serving_[service] = true;
}

void HealthBoard::SetAll(bool serving) {
  {
    std::lock_guard lock(mutex_);
    for (auto& [service, is_serving] : serving_) is_serving = serving;
  }
  version_.fetch_add(1, std::memory_order_release);
}

std::optional<bool> HealthBoard::Serving(std::string_view service) const {
  std::lock_guard lock(mutex_);
  const auto found = serving_.find(service);
  if (found == serving_.end()) return std::nullopt;
  return found->second;
}

// One Check or Watch. Deletes itself when the RPC is over and nothing of it is in flight.
class HealthCall {
 public:
  using Watchers = std::unordered_set<HealthCall*>;

  static void Check(const HealthBoard& board, std::unique_ptr<Wire> wire) {
    auto* const call = new HealthCall(board, std::move(wire), nullptr);
    const auto service = ServiceIn(call->wire_->request());
    const auto status =
        service ? StatusOf(board.Serving(*service)) : HealthCheckResponse::SERVICE_UNKNOWN;
    call->in_flight_ = true;
    if (!service) {
      call->wire_->Finish(kUnreadable, call->tag_);
    } else if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
      call->wire_->Finish({grpc::StatusCode::NOT_FOUND, "there is no such service"}, call->tag_);
    } else {
      call->wire_->WriteAndFinish(ResponseWith(status), call->tag_);
    }
    call->Listen();
  }

  static void Watch(const HealthBoard& board, Watchers& watchers, std::unique_ptr<Wire> wire) {
    auto* const call = new HealthCall(board, std::move(wire), &watchers);
    if (auto service = ServiceIn(call->wire_->request())) {
      call->service_ = std::move(*service);
      call->Update();
    } else {
      call->in_flight_ = call->finished_ = true;
      call->wire_->Finish(kUnreadable, call->tag_);
    }
    call->Listen();
  }

  // Tells the watcher what has changed; at once, or after the message that is on its way.
  void Update() {
    if (in_flight_ || finished_ || done_) return;
    const auto status = StatusOf(board_.Serving(service_));
    if (told_ == status) return;
    told_ = status;
    in_flight_ = true;
    wire_->Write(ResponseWith(status), /*more_follows=*/false, tag_);
  }

 private:
  HealthCall(const HealthBoard& board, std::unique_ptr<Wire> wire, Watchers* watchers)
      : board_(board), wire_(std::move(wire)), watchers_(watchers) {
    if (watchers_ != nullptr) watchers_->insert(this);
  }
  ~HealthCall() {
    if (watchers_ != nullptr) watchers_->erase(this);
  }

  void Listen() {
    wire_->OnDone([this] {
      done_ = true;
      DeleteIfOver();
    });
  }

  void OnTag(bool) {
    in_flight_ = false;
    if (watchers_ != nullptr) Update();
    DeleteIfOver();
  }

  void DeleteIfOver() {
    if (done_ && !in_flight_) delete this;
  }

  const HealthBoard& board_;
  const std::unique_ptr<Wire> wire_;
  Watchers* const watchers_;  // null for Check
  std::string service_;
  MemberTag<HealthCall> tag_{*this, &HealthCall::OnTag};
  std::optional<HealthCheckResponse::ServingStatus> told_;
  bool in_flight_ = false;
  bool finished_ = false;
  bool done_ = false;
};

// The requests that are open on one loop, and those who watch.
class HealthService::OnLoop {
 public:
  OnLoop(HealthService& service, Loop& loop)
      : service_(service), board_(service.board_), loop_(loop), seen_(board_.version()) {
    ArmCheck();
    ArmWatch();
    loop.OnTurn([this] { TellWatchers(); });
  }

 private:
  void ArmCheck() {
    check_ = std::make_unique<UnaryWire>();
    service_.methods_.Request(service_.check_, *check_, loop_.queue(), check_tag_);
  }
  void ArmWatch() {
    watch_ = std::make_unique<WriterWire>();
    service_.methods_.Request(service_.watch_, *watch_, loop_.queue(), watch_tag_);
  }
  void OnCheck(bool ok) {
    if (!ok) return;  // the server shuts down
    std::unique_ptr<Wire> wire = std::move(check_);
    ArmCheck();
    HealthCall::Check(board_, std::move(wire));
  }
  void OnWatch(bool ok) {
    if (!ok) return;
    std::unique_ptr<Wire> wire = std::move(watch_);
    ArmWatch();
    HealthCall::Watch(board_, watchers_, std::move(wire));
  }
  void TellWatchers() {
    if (seen_ == board_.version()) return;
    seen_ = board_.version();
    for (HealthCall* watcher : watchers_) watcher->Update();
  }

  HealthService& service_;
  const HealthBoard& board_;
  Loop& loop_;
  uint64_t seen_;
  HealthCall::Watchers watchers_;
  std::unique_ptr<UnaryWire> check_;
  std::unique_ptr<WriterWire> watch_;
  MemberTag<OnLoop> check_tag_{*this, &OnLoop::OnCheck};
  MemberTag<OnLoop> watch_tag_{*this, &OnLoop::OnWatch};
};

HealthService::HealthService(const HealthBoard& board)
    : board_(board),
      methods_("grpc.health.v1.Health"),
      check_(methods_.Add("Check", Kind::kUnary)),
      watch_(methods_.Add("Watch", Kind::kServerStream)) {}

HealthService::~HealthService() = default;

void HealthService::Accept(Loop& loop) { loops_.push_back(std::make_unique<OnLoop>(*this, loop)); }

}  // namespace inferwire::rpc
