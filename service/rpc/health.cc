#include "rpc/health.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "rpc/grpc_wire.h"
#include "rpc/pump.h"
#include "rpc/rpc.h"

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

constexpr const char* kUnreadable = "the request is not readable";

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

// One Check or Watch.
class HealthCall final : public Rpc {
 public:
  using Watchers = std::unordered_set<HealthCall*>;

  static void Check(const HealthBoard& board, std::unique_ptr<Wire> wire) {
    auto* const call = new HealthCall(board, std::move(wire), nullptr);
    call->Answer();
    call->AwaitEnd();
  }

  static void Watch(const HealthBoard& board, Watchers& watchers, std::unique_ptr<Wire> wire) {
    auto* const call = new HealthCall(board, std::move(wire), &watchers);
    if (call->service_) {
      call->Update();
    } else {
      call->Refuse({grpc::StatusCode::INVALID_ARGUMENT, kUnreadable});
    }
    call->AwaitEnd();
  }

  // Tells the watcher what has changed; at once, or after the message that is on its way.
  void Update() {
    if (in_flight_ || finished_ || over()) return;
    const auto status = StatusOf(board_.Serving(*service_));
    if (told_ == status) return;
    told_ = status;
    in_flight_ = true;
    wire().Write(ResponseWith(status), /*more_follows=*/false, tag_);
  }

 private:
  HealthCall(const HealthBoard& board, std::unique_ptr<Wire> wire_of_it, Watchers* watchers)
      : Rpc(std::move(wire_of_it)),
        board_(board),
        watchers_(watchers),
        service_(ServiceIn(wire().request())) {
    if (watchers_ != nullptr) watchers_->insert(this);
  }
  ~HealthCall() override {
    if (watchers_ != nullptr) watchers_->erase(this);
  }

  void Answer() {
    if (!service_) return Refuse({grpc::StatusCode::INVALID_ARGUMENT, kUnreadable});
    const auto status = StatusOf(board_.Serving(*service_));
    if (status == HealthCheckResponse::SERVICE_UNKNOWN) {
      return Refuse({grpc::StatusCode::NOT_FOUND, "there is no such service"});
    }
    in_flight_ = finished_ = true;
    wire().WriteAndFinish(ResponseWith(status), tag_);
  }

  void Refuse(const grpc::Status& why) {
    in_flight_ = finished_ = true;
    wire().Finish(why, tag_);
  }

  void OnTag(bool) {
    in_flight_ = false;
    if (watchers_ != nullptr) Update();
    DeleteIfOver();
  }

  bool busy() const override { return in_flight_; }

  const HealthBoard& board_;
  Watchers* const watchers_;                  // null for Check
  const std::optional<std::string> service_;  // null: the request cannot be read
  MemberTag<HealthCall> tag_{*this, &HealthCall::OnTag};
  std::optional<HealthCheckResponse::ServingStatus> told_;
  bool in_flight_ = false;
  bool finished_ = false;
};

// Those who watch on one loop.
class HealthService::OnLoop {
 public:
  OnLoop(const HealthBoard& board, Loop& loop) : board_(board), seen_(board_.version()) {
    loop.OnTurn([this] { TellWatchers(); });
  }

  void Check(std::unique_ptr<Wire> wire) { HealthCall::Check(board_, std::move(wire)); }
  void Watch(std::unique_ptr<Wire> wire) { HealthCall::Watch(board_, watchers_, std::move(wire)); }

 private:
  void TellWatchers() {
    if (seen_ == board_.version()) return;
    seen_ = board_.version();
    for (HealthCall* watcher : watchers_) watcher->Update();
  }

  const HealthBoard& board_;
  uint64_t seen_;
  HealthCall::Watchers watchers_;
};

// The requests that are open with gRPC on one loop.
class HealthService::Requests {
 public:
  Requests(HealthService& service, OnLoop& calls, Loop& loop)
      : service_(service), calls_(calls), loop_(loop) {
    ArmCheck();
    ArmWatch();
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
    calls_.Check(std::move(wire));
  }
  void OnWatch(bool ok) {
    if (!ok) return;
    std::unique_ptr<Wire> wire = std::move(watch_);
    ArmWatch();
    calls_.Watch(std::move(wire));
  }

  HealthService& service_;
  OnLoop& calls_;
  Loop& loop_;
  std::unique_ptr<UnaryWire> check_;
  std::unique_ptr<WriterWire> watch_;
  MemberTag<Requests> check_tag_{*this, &Requests::OnCheck};
  MemberTag<Requests> watch_tag_{*this, &Requests::OnWatch};
};

HealthService::HealthService(const HealthBoard& board)
    : board_(board),
      methods_("grpc.health.v1.Health"),
      check_(methods_.Add("Check", Kind::kUnary)),
      watch_(methods_.Add("Watch", Kind::kServerStream)) {}

HealthService::~HealthService() = default;

void HealthService::Accept(Loop& loop) {
  OnLoop& calls = *loops_.emplace_back(std::make_unique<OnLoop>(board_, loop));
  requests_.push_back(std::make_unique<Requests>(*this, calls, loop));
}

void HealthService::AddRoutes(Loop& loop, http2::Routes& routes) {
  OnLoop& calls = *loops_.emplace_back(std::make_unique<OnLoop>(board_, loop));
  const std::string service = "/" + methods_.name();
  routes[service + "/Check"].begin = [&calls](std::unique_ptr<Wire> wire) {
    calls.Check(std::move(wire));
  };
  routes[service + "/Watch"].begin = [&calls](std::unique_ptr<Wire> wire) {
    calls.Watch(std::move(wire));
  };
}

}  // namespace inferwire::rpc
