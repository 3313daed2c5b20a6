// One HTTP/2 connection that carries gRPC calls; nghttp2 speaks. All calls send the same request.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace inferwire::bench {

struct GrpcRequest {
  std::string path, authority;
  std::string frame;       // the message behind gRPC's five bytes
  std::string priority{};  // the metadata inferwire-priority; empty: none
};

// A message with what gRPC puts before it: not compressed, its length.
std::string GrpcFrame(std::string_view message);

class H2Connection {
 public:
  class Call {
   public:
    virtual ~Call() = default;
    virtual void OnMessage(std::string_view message) = 0;
    // Once, last: grpc-status as it came, or what ended the stream without one.
    virtual void OnEnd(const std::string& status) = 0;
  };

  // Owns the socket. The request outlives the connection.
  H2Connection(int socket, const GrpcRequest& request);
  ~H2Connection();
  H2Connection(const H2Connection&) = delete;
  H2Connection& operator=(const H2Connection&) = delete;

  // What is begun goes out with the next Write.
  // Which call that is; 0: it has ended already.
  int32_t Begin(std::unique_ptr<Call> call);
  // Without effect on one that has ended; else its status is "CANCEL".
  void Cancel(int32_t id);
  // Reads until nothing is left; false: the connection has ended.
  bool Read();
  void Write();

 private:
  struct Stream;

  static Stream* Find(nghttp2_session* session, int32_t id);
  static int OnHeader(nghttp2_session* session, const nghttp2_frame* frame, const uint8_t* name,
                      size_t name_size, const uint8_t* value, size_t value_size, uint8_t flags,
                      void* self);
  static int OnData(nghttp2_session* session, uint8_t flags, int32_t id, const uint8_t* data,
                    size_t size, void* self);
  static int OnClose(nghttp2_session* session, int32_t id, uint32_t error, void* self);
  static ssize_t ReadRequest(nghttp2_session* session, int32_t id, uint8_t* to, size_t room,
                             uint32_t* flags, nghttp2_data_source* source, void* self);

  const int socket_;
  const GrpcRequest& request_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<int32_t, std::unique_ptr<Stream>> streams_;  // open, by nghttp2's number
  std::string out_;  // what the socket did not take yet
  std::array<char, 64 * 1024> buffer_;
};

}  // namespace inferwire::bench
