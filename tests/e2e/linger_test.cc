// How a connection ends whose client has not read everything yet. The client speaks HTTP/2 by hand,
// so that it decides itself when it reads and what it sends.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "gateway.h"
#include "process.h"

namespace inferwire::e2e {
namespace {

enum FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kSettings = 4,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8
};
constexpr uint8_t kAck = 1, kEndStream = 1, kEndHeaders = 4;

struct Frame {
  uint8_t type = 0;
  uint8_t flags = 0;
  uint32_t stream = 0;
  std::string payload = {};
};

std::string BigEndian(uint32_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i));
  return text;
}

uint32_t Number(std::string_view bytes) {
  uint32_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

// A header field of HPACK without indexing.
std::string Field(std::string_view name, std::string_view value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + std::string(name) +
         static_cast<char>(value.size()) + std::string(value);
}

class Http2Client {
 public:
  // What the kernel takes on our side is much less than what HTTP/2 allows the server to send.
  static constexpr int kBuffer = 4096;
  static constexpr uint32_t kWindow = 1 << 20;

  explicit Http2Client(int port) : port_(port), socket_(testing_support::Connect(port, kBuffer)) {
    Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    constexpr uint32_t kInitialWindowSize = 4;
    Send({.type = kSettings, .payload = BigEndian(kInitialWindowSize, 2) + BigEndian(kWindow, 4)});
    Send({.type = kWindowUpdate, .payload = BigEndian(kWindow, 4)});
  }

  // Stream 1.
  void Call(std::string_view method, const google::protobuf::MessageLite& message) {
    Send({.type = kHeaders,
          .flags = kEndHeaders,
          .stream = 1,
          .payload = Field(":method", "POST") + Field(":scheme", "http") + Field(":path", method) +
                     Field(":authority", "localhost") + Field("te", "trailers") +
                     Field("content-type", "application/grpc")});
    const std::string bytes = message.SerializeAsString();
    Send({.type = kData,
          .flags = kEndStream,
          .stream = 1,
          .payload = '\0' + BigEndian(static_cast<uint32_t>(bytes.size()), 4) + bytes});
  }

  void Send(const Frame& frame) {
    Write(BigEndian(static_cast<uint32_t>(frame.payload.size()), 3) +
          static_cast<char>(frame.type) + static_cast<char>(frame.flags) +
          BigEndian(frame.stream, 4) + frame.payload);
  }

  // Nothing at the end of the connection; error() says whether it was a good one.
  std::optional<Frame> Read() {
    const std::string head = Take(9);
    if (head.size() < 9) return std::nullopt;
    Frame frame{.type = static_cast<uint8_t>(head[3]),
                .flags = static_cast<uint8_t>(head[4]),
                .stream = Number(head.substr(5)),
                .payload = Take(Number(head.substr(0, 3)))};
    return frame;
  }
  int error() const { return error_; }

  // The server has closed the connection, and cannot send all that it wrote before.
  bool WaitForClose() {
    sockaddr_in own{};
    socklen_t size = sizeof own;
    getsockname(socket_.fd(), reinterpret_cast<sockaddr*>(&own), &size);
    constexpr const char* kFinWait1 = "04";
    char line[64];
    snprintf(line, sizeof line, "0100007F:%04X 0100007F:%04X %s", port_, ntohs(own.sin_port),
             kFinWait1);
    return Gateway::Eventually(
        [&] {
          std::ifstream file("/proc/net/tcp");
          return std::string(std::istreambuf_iterator<char>(file), {}).find(line) !=
                 std::string::npos;
        },
        10s);
  }

 private:
  void Write(const std::string& bytes) {
    EXPECT_EQ(send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  std::string Take(size_t size) {
    std::string bytes(size, '\0');
    const ssize_t got = size == 0 ? 0 : recv(socket_.fd(), bytes.data(), size, MSG_WAITALL);
    if (got < 0) error_ = errno;
    bytes.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
    return bytes;
  }

  const int port_;
  testing_support::Socket socket_;
  int error_ = 0;
};

// The connection is past its age, so the server closes it when its last stream ends. Closed in both
// directions, the kernel would answer the client's next frame with a reset and throw away what it
// had not sent yet.
TEST(Linger, AClientThatSendsAfterItsLastStreamEndedReadsItAll) {
  const std::string path =
      WriteFile("age.yaml",
                "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", max_connection_age: 1s,"
                " max_connection_age_grace: 630s}\n"
                "upstreams: [{name: a, simulator: true}]\n");
  testing_support::ChildProcess server({kServer, "--config", path});
  Http2Client client(PortOf(server));
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=200+tokens=700");
  client.Call("/inferwire.v1.ChatService/StreamComplete", request);

  int goaways = 0;  // the first is a warning, the second says that no other stream is served
  while (goaways < 2) {
    const auto frame = client.Read();
    ASSERT_TRUE(frame) << "the stream has ended before the connection's age";
    if (frame->type == kGoaway) ++goaways;
    if (frame->type == kPing && (frame->flags & kAck) == 0) {
      client.Send({.type = kPing, .flags = kAck, .payload = frame->payload});
    }
  }
  ASSERT_TRUE(client.WaitForClose());
  client.Send({.type = kPing, .payload = "a moment"});

  bool stream_ended = false;
  while (const auto frame = client.Read()) {
    stream_ended |= frame->type == kHeaders && frame->stream == 1 && (frame->flags & kEndStream);
  }
  EXPECT_TRUE(stream_ended);
  EXPECT_EQ(client.error(), 0);
}

}  // namespace
}  // namespace inferwire::e2e
