// The wire of one RPC on an HTTP/2 connection of ours: one stream of it. Until its call begins the
// connection owns it, afterwards the call does.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "rpc/http2/expansion.h"
#include "rpc/http2/header_field.h"
#include "rpc/http2/message_reader.h"
#include "rpc/http2/request_headers.h"
#include "rpc/routes.h"
#include "rpc/wire.h"

namespace inferwire::rpc::http2 {

class Connection;
class Host;

class Stream final : public Wire {
 public:
  // Of its connection; it leaves them by itself when it is gone.
  using Hook = boost::intrusive::list_member_hook<
      boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  Hook in_connection, in_waiting, in_line;
  SteadyTime whole_since;  // in the line of calls that wait to begin

  Stream(Connection& connection, int32_t id, SteadyTime since);
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // --- For the call ---
  grpc::ByteBuffer& request() override { return request_; }
  void Read(grpc::ByteBuffer& message, Tag& tag) override;
  void Write(const grpc::ByteBuffer& message, bool more_follows, Tag& tag) override;
  void Finish(const grpc::Status& status, Tag& tag) override;
  void WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) override;
  void Cancel() override;
  void AddTrailer(const std::string& name, const std::string& value) override;
  void OnDone(std::function<void()> listener) override;
  bool cancelled() const override { return !delivered_; }
  std::string peer() const override;
  std::string identity() const override;
  std::string Metadata(std::string_view name) const override { return headers_.Value(name); }
  bool HasMetadata(std::string_view name) const override { return headers_.Has(name); }
  std::optional<WallTime> deadline() const override { return deadline_; }

  // Goes out with the headers of the answer; before the first Write. Our own calls have nothing to
  // say there, services of which a caller expects it do.
  void AddHeader(const std::string& name, const std::string& value);

  // --- For the connection ---
  int32_t id() const { return id_; }
  // Of its connection's lists.
  void Unlink() {
    in_connection.unlink();
    in_waiting.unlink();
  }
  RequestHeaders& headers() { return headers_; }
  SteadyTime since() const { return since_; }
  // All headers are here, and the method is served.
  void Accept(const Route& route, WallTime now);
  // Ends it with this, after what is on its way; without effect after the first.
  void Refuse(const grpc::Status& status);
  // The same for what is not gRPC. Such a caller may finish his request, as far as his window goes:
  // not all of them know what it means to be stopped without an error.
  void RefuseHttp(int status);
  // It took too long.
  void GiveUp();
  void TakeData(std::string_view data);
  void OnHalfClose();
  // A little more of its compressed messages; false: there is nothing to expand for now.
  bool ExpandSome();
  // There is what a call begins with, and none waits to begin.
  bool ready() const;
  // From now on the route's call owns it.
  void Begin();
  bool inside_message() const { return reader_.open(); }
  // It ends as it should, or by our own doing.
  bool ends_well() const { return delivered_ || cancelled_here_; }
  // The connection sends the last frame of the stream.
  void OnEndSent() { delivered_ = true; }
  // The stream is over, and perhaps the connection. May delete this.
  void OnClosed();
  // The next bytes of the answer.
  ssize_t Fill(uint8_t* to, size_t most, uint32_t& flags);

 private:
  // A part of the answer: a message's five bytes, or what the call wrote.
  struct Part {
    std::array<char, 5> prefix{};
    size_t prefix_size = 0;
    grpc::Slice slice;
    size_t size() const { return prefix_size + slice.size(); }
  };

  bool TakesOneMessage() const;
  int64_t Unfinished() const;
  void CountUnfinished();
  void DropUnfinished();
  void TakeMessage(grpc::ByteBuffer& message);
  void Keep(grpc::ByteBuffer& message);
  void Expand();
  void StopExpanding();
  void CheckEnd();
  void Append(const grpc::ByteBuffer& message);
  size_t Copy(uint8_t* to, size_t most);
  void SubmitAnswer(const HeaderList& headers, bool has_body);
  void SendHeadersOnce();
  void SendTrailers();
  void CompleteWrite();
  void DeliverRead();
  void Consume(size_t bytes);
  void PassOver(size_t bytes);
  void Break(const grpc::Status& status);
  void HoldUnfinished(int64_t bytes);

  Connection* connection_;  // null once the stream is closed
  Host& host_;
  const int32_t id_;
  const SteadyTime since_;
  RequestHeaders headers_;
  const Route* route_ = nullptr;  // from Accept on
  std::optional<WallTime> deadline_;

  MessageReader reader_;
  grpc::ByteBuffer request_;
  std::list<grpc::ByteBuffer> messages_;
  std::unique_ptr<Expansion> expansion_;  // null: nothing waits to be expanded
  size_t messages_bytes_ = 0;
  size_t unconsumed_ = 0;   // of the caller's window, until the call asks for more
  int64_t unfinished_ = 0;  // bytes that no call has yet
  grpc::ByteBuffer* read_into_ = nullptr;
  Tag* read_tag_ = nullptr;

  std::vector<Part> parts_;
  size_t parts_sent_ = 0;
  size_t waiting_ = 0, sent_of_first_ = 0;  // bytes
  Tag* write_tag_ = nullptr;                // of a write that waits for room
  std::vector<std::pair<std::string, std::string>> leading_, trailers_;  // as they go out
  std::optional<grpc::Status> status_;
  std::function<void()> listener_;

  bool has_request_ = false;
  bool begun_ = false;
  bool half_closed_ = false;
  bool expanding_ = false;  // it is in the host's queue
  bool is_http_ = false;    // and not gRPC: there are no trailers
  bool headers_sent_ = false;
  bool idle_ = false;       // nghttp2 has asked for bytes when there were none
  bool delivered_ = false;  // the status
  bool cancelled_here_ = false;
};

template <Stream::Hook Stream::*hook>
using StreamList =
    boost::intrusive::list<Stream, boost::intrusive::member_hook<Stream, Stream::Hook, hook>,
                           boost::intrusive::constant_time_size<false>>;

}  // namespace inferwire::rpc::http2
