// Callers who ask for large answers and never read them: what is held for them is counted and
// bounded, others are served beside them, and all of it is given back when they are gone.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>
#include <string_view>

#include "gateway.h"

namespace inferwire::e2e {
namespace {

constexpr size_t kAnswerBytes = 4'000'000;

nghttp2_nv Header(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

// One connection that leaves the server no window for an answer's first byte.
class NeverReads {
 public:
  explicit NeverReads(const std::string& target) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_client_new(&session_, callbacks, nullptr);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry window{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &window, 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(std::stoi(target.substr(target.find(':') + 1))));
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // Another address than the test's other clients have: another caller.
    sockaddr_in own{};
    own.sin_family = AF_INET;
    inet_pton(AF_INET, "127.0.0.2", &own.sin_addr);
    connected_ =
        ::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0 &&
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~NeverReads() {
    ::close(socket_);
    nghttp2_session_del(session_);
  }
  NeverReads(const NeverReads&) = delete;
  NeverReads& operator=(const NeverReads&) = delete;

  bool connected() const { return connected_; }

  void Ask(const std::string& path, const google::protobuf::MessageLite& request) {
    const std::string body = request.SerializeAsString();
    frame_.assign(5, '\0');
    const uint32_t size = htonl(static_cast<uint32_t>(body.size()));
    std::memcpy(frame_.data() + 1, &size, sizeof size);
    frame_ += body;
    const std::array headers = {Header(":method", "POST"),
                                Header(":scheme", "http"),
                                Header(":path", path),
                                Header(":authority", "gateway"),
                                Header("te", "trailers"),
                                Header("grpc-timeout", "100S"),
                                Header("content-type", "application/grpc")};
    nghttp2_data_provider provider{};
    provider.source.ptr = &frame_;
    provider.read_callback = [](nghttp2_session*, int32_t, uint8_t* to, size_t, uint32_t* flags,
                                nghttp2_data_source* source, void*) {
      const auto& frame = *static_cast<std::string*>(source->ptr);
      std::memcpy(to, frame.data(), frame.size());
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(frame.size());
    };
    nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(), &provider, nullptr);
    const uint8_t* bytes = nullptr;
    for (ssize_t left; (left = nghttp2_session_mem_send(session_, &bytes)) > 0;) {
      ASSERT_EQ(::send(socket_, bytes, static_cast<size_t>(left), MSG_NOSIGNAL), left);
    }
  }

 private:
  nghttp2_session* session_ = nullptr;
  int socket_ = -1;
  bool connected_ = false;
  std::string frame_;
};

const std::string kBig = "gpt-4.1-mini+big=" + std::to_string(kAnswerBytes);

TEST(NeverReadAnswers, AreCountedFromAdmissionToDelivery) {
  Gateway gateway;
  {
    NeverReads caller(gateway.target());
    ASSERT_TRUE(caller.connected());
    constexpr int kCalls = 8;
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("much", kBig);
    for (int i = 0; i < kCalls; ++i) caller.Ask("/inferwire.v1.ChatService/Complete", request);
    // Answered by the upstream, and still the caller's.
    EXPECT_TRUE(Gateway::Eventually([&] {
      return gateway.Metric("inferwire_memory_held_bytes") >= double{kCalls} * kAnswerBytes;
    })) << gateway.Metric("inferwire_memory_held_bytes");
    EXPECT_EQ(gateway.Metric("inferwire_requests_in_flight{operation=\"chat\"}"), kCalls);
    EXPECT_EQ(gateway.upstream().stats().requests, static_cast<uint64_t>(kCalls));
  }
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.Metric("inferwire_memory_held_bytes") == 0 &&
           gateway.Metric("inferwire_requests_in_flight{operation=\"chat\"}") == 0;
  }));
}

TEST(NeverReadAnswers, AreBoundedAndOthersAreServedBesideThem) {
  constexpr size_t kBudget = 64u << 20;
  Gateway gateway([&](config::Config& config) { config.limits.memory_bytes = kBudget; });
  NeverReads caller(gateway.target());
  ASSERT_TRUE(caller.connected());
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("much", kBig);
  constexpr int kCalls = 28;  // together nearly twice the budget
  for (int i = 0; i < kCalls; ++i) caller.Ask("/inferwire.v1.ChatService/Complete", request);
  // Each is held, refused or ended; none waits for more memory for ever.
  EXPECT_TRUE(Gateway::Eventually(
      [&] {
        double calls = gateway.Metric("inferwire_calls_cut_total{reason=\"memory\"}");
        for (const char* bound : {"memory", "caller_memory"}) {
          calls +=
              gateway.Metric("inferwire_calls_refused_total{bound=\"" + std::string(bound) + "\"}");
        }
        return calls + gateway.Metric("inferwire_memory_held_bytes") / kAnswerBytes >= kCalls - 1;
      },
      30s));
  // What is over it is ended as soon as the calls are looked through; newcomers have room again.
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway.Metric("inferwire_memory_held_bytes") < 0.95 * kBudget; }));

  v1::CompleteRequest small;
  *small.mutable_params() = Prompt("hi");
  // What had waited for memory may fill it once more; then the next call is ended.
  EXPECT_TRUE(Gateway::Eventually([&] {
    v1::CompleteResponse response;
    return gateway.chat().Complete(NewContext().get(), small, &response).ok();
  }));
}

}  // namespace
}  // namespace inferwire::e2e
