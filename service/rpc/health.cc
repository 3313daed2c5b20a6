#include "rpc/health.h"

#include <grpcpp/impl/codegen/proto_utils.h>

#include <utility>

#include "grpc/health/v1/health.pb.h"
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

HealthService::HealthService(const HealthBoard& board) : board_(board) {}

HealthService::~HealthService() = default;

void HealthService::AddRoutes(Loop& loop, Routes& routes) {
  OnLoop& calls = *loops_.emplace_back(std::make_unique<OnLoop>(board_, loop));
  const std::string service = "/" + std::string(kName);
  routes[service + "/Check"] = {
      Kind::kUnary, [&calls](std::unique_ptr<Wire> wire) { calls.Check(std::move(wire)); }};
  routes[service + "/Watch"] = {
      Kind::kServerStream, [&calls](std::unique_ptr<Wire> wire) { calls.Watch(std::move(wire)); }};
}

}  // namespace inferwire::rpc
