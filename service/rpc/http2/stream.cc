#include "rpc/http2/stream.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "rpc/http2/connection.h"
#include "rpc/http2/grpc_text.h"
#include "rpc/http2/header_field.h"
#include "rpc/http2/host.h"

namespace inferwire::rpc::http2 {
namespace {

using grpc::StatusCode;

// So much of an answer may wait in the stream before its call is held back: a burst of small
// messages goes out together, and what is held is small beside what the call counts.
constexpr size_t kMostWaiting = 16u << 10;

// What we read. What we write is never compressed, which every caller has to take.
constexpr std::string_view kEncodings = "identity,deflate,gzip";

ssize_t FillFrom(nghttp2_session*, int32_t, uint8_t* to, size_t most, uint32_t* flags,
                 nghttp2_data_source* source, void*) {
  return static_cast<Stream*>(source->ptr)->Fill(to, most, *flags);
}

}  // namespace

Stream::Stream(Connection& connection, int32_t id, SteadyTime since)
    : connection_(&connection),
      host_(connection.host()),
      id_(id),
      since_(since),
      headers_(host_.limits().metadata),
      reader_(host_.limits().message) {}

Stream::~Stream() { HoldUnfinished(0); }

std::string Stream::peer() const { return connection_ ? connection_->peer() : ""; }
std::string Stream::identity() const { return connection_ ? connection_->identity() : ""; }

// --- The request ---

void Stream::Accept(const Route& route, WallTime now) {
  route_ = &route;
  if (const auto timeout = headers_.timeout()) {
    const auto left = std::chrono::duration_cast<WallTime::duration>(*timeout);
    deadline_ = left > WallTime::max() - now ? WallTime::max() : now + left;
  }
  if (TakesOneMessage()) CountUnfinished();
}

bool Stream::TakesOneMessage() const { return route_ && !ReadsStream(route_->kind); }

bool Stream::ready() const {
  if (!route_ || begun_ || in_line.is_linked() || status_) return false;
  // A caller that is cut before its end of stream has not asked.
  return !TakesOneMessage() || (has_request_ && half_closed_);
}

void Stream::Begin() {
  begun_ = true;
  HoldUnfinished(0);  // from here on the call counts it
  route_->begin(std::unique_ptr<Wire>(this));
}

void Stream::HoldUnfinished(int64_t bytes) {
  const int64_t more = bytes - std::exchange(unfinished_, bytes);
  host_.HoldUnfinished(more);
  if (connection_) connection_->HoldUnfinished(more);
}

void Stream::TakeData(std::string_view data) {
  const size_t bytes = data.size();
  if (is_http_) return PassOver(bytes);
  while (!data.empty() && !status_) {
    grpc::ByteBuffer message;
    switch (reader_.Take(data, message)) {
      case MessageReader::Status::kNeedMore:
        break;
      case MessageReader::Status::kMessage:
        TakeMessage(message);
        break;
      case MessageReader::Status::kTooLong:
        Break({StatusCode::RESOURCE_EXHAUSTED, "the message is larger than the " +
                                                   std::to_string(host_.limits().message) +
                                                   " bytes that are allowed"});
        break;
      case MessageReader::Status::kBadFlag:
        Break({StatusCode::INTERNAL, "a message's first byte is neither 0 nor 1"});
        break;
    }
  }
  if (!status_) CountUnfinished();
  // More than one message ahead of the call is not wanted: the window stays closed.
  if (status_ || (!expansion_ && (messages_.empty() || read_tag_))) {
    Consume(bytes);
  } else {
    unconsumed_ += bytes;
  }
  DeliverRead();
}

void Stream::OnHalfClose() {
  half_closed_ = true;
  if (status_) return;
  if (reader_.open()) return Break({StatusCode::INTERNAL, "the last message is cut"});
  if (expansion_) return;
  CheckEnd();
  DeliverRead();
}

// All that the caller has to say is here.
void Stream::CheckEnd() {
  if (TakesOneMessage() && !has_request_) {
    Break({StatusCode::UNIMPLEMENTED, "this method takes one message"});
  }
}

// The request is none. A call that has begun hears of it when the stream is closed, as of a caller
// that went away.
void Stream::Break(const grpc::Status& status) {
  if (connection_) Refuse(status);
}

void Stream::Read(grpc::ByteBuffer& message, Tag& tag) {
  read_into_ = &message;
  read_tag_ = &tag;
  if (!connection_) return host_.Complete(*std::exchange(read_tag_, nullptr), false);
  DeliverRead();
}

void Stream::DeliverRead() {
  if (!read_tag_ || !connection_) return;
  if (!messages_.empty()) {
    read_into_->Swap(&messages_.front());
    messages_.pop_front();
    messages_bytes_ -= read_into_->Length();
    HoldUnfinished(Unfinished());
    host_.Complete(*std::exchange(read_tag_, nullptr), true);
    if (!messages_.empty()) return;
    if (expansion_) return Expand();
    Consume(std::exchange(unconsumed_, 0));
  } else if (half_closed_ && !expansion_) {
    host_.Complete(*std::exchange(read_tag_, nullptr), false);
  }
}

void Stream::Consume(size_t bytes) {
  if (!connection_ || bytes == 0) return;
  nghttp2_session_consume(connection_->session(), id_, bytes);
  connection_->HasOutput();
}

// --- The answer ---

void Stream::Append(const grpc::ByteBuffer& message) {
  const size_t size = message.Length();
  const size_t first = parts_.size();
  if (grpc::Slice slice; message.TrySingleSlice(&slice).ok()) {
    parts_.emplace_back().slice = std::move(slice);
  } else {
    std::vector<grpc::Slice> slices;
    message.Dump(&slices);
    if (slices.empty()) slices.emplace_back();
    for (grpc::Slice& each : slices) parts_.emplace_back().slice = std::move(each);
  }
  Part& part = parts_[first];
  part.prefix_size = part.prefix.size();
  for (size_t i = 0; i < 4; ++i) part.prefix[1 + i] = static_cast<char>(size >> (24 - 8 * i));
  waiting_ += size + part.prefix_size;
}

void Stream::SubmitAnswer(const HeaderList& headers, bool has_body) {
  nghttp2_data_provider provider{};
  provider.source.ptr = this;
  provider.read_callback = FillFrom;
  nghttp2_submit_response(connection_->session(), id_, headers.data(), headers.size(),
                          has_body ? &provider : nullptr);
  connection_->HasOutput();
}

void Stream::SendHeadersOnce() {
  if (std::exchange(headers_sent_, true)) {
    connection_->HasOutput();
    if (std::exchange(idle_, false)) nghttp2_session_resume_data(connection_->session(), id_);
    return;
  }
  HeaderList headers = {Constant(":status", "200"), Constant("content-type", "application/grpc"),
                        Constant("grpc-accept-encoding", kEncodings)};
  for (const auto& [name, value] : leading_) headers.push_back(Header(name, value));
  SubmitAnswer(headers, /*has_body=*/true);
}

size_t Stream::Copy(uint8_t* to, size_t most) {
  size_t copied = 0;
  while (copied < most && parts_sent_ < parts_.size()) {
    Part& part = parts_[parts_sent_];
    const bool in_prefix = sent_of_first_ < part.prefix_size;
    const void* const from = in_prefix
                                 ? static_cast<const void*>(part.prefix.data() + sent_of_first_)
                                 : part.slice.begin() + (sent_of_first_ - part.prefix_size);
    const size_t left = (in_prefix ? part.prefix_size : part.size()) - sent_of_first_;
    const size_t size = std::min(left, most - copied);
    if (size > 0) std::memcpy(to + copied, from, size);
    copied += size;
    sent_of_first_ += size;
    if (sent_of_first_ < part.size()) continue;
    part.slice = grpc::Slice();
    ++parts_sent_;
    sent_of_first_ = 0;
  }
  if (parts_sent_ == parts_.size()) {
    parts_.clear();
    parts_sent_ = 0;
  }
  return copied;
}

ssize_t Stream::Fill(uint8_t* to, size_t most, uint32_t& flags) {
  const size_t filled = Copy(to, most);
  waiting_ -= filled;
  CompleteWrite();
  if (parts_.empty() && status_) {
    flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!is_http_) {
      flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      SendTrailers();
    }
  } else if (filled == 0) {
    idle_ = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  return static_cast<ssize_t>(filled);
}

void Stream::CompleteWrite() {
  if (write_tag_ && waiting_ < kMostWaiting) {
    host_.Complete(*std::exchange(write_tag_, nullptr), true);
  }
}

void Stream::Write(const grpc::ByteBuffer& message, bool, Tag& tag) {
  if (!connection_ || status_) return host_.Complete(tag, false);
  Append(message);
  write_tag_ = &tag;
  SendHeadersOnce();
  CompleteWrite();
}

void Stream::WriteAndFinish(const grpc::ByteBuffer& message, Tag& tag) {
  if (!connection_ || status_) return host_.Complete(tag, false);
  Append(message);
  status_ = grpc::Status::OK;
  SendHeadersOnce();
  host_.Complete(tag, true);
}

void Stream::Finish(const grpc::Status& status, Tag& tag) {
  if (!connection_ || status_) return host_.Complete(tag, false);
  Refuse(status);
  host_.Complete(tag, true);
}

void Stream::SendTrailers() {
  const std::string code = std::to_string(static_cast<int>(status_->error_code()));
  const std::string message = PercentEncode(status_->error_message());
  const std::string details = Base64Encode(status_->error_details());
  HeaderList headers;
  if (!headers_sent_) {
    headers.push_back(Constant(":status", "200"));
    headers.push_back(Constant("content-type", "application/grpc"));
    headers.push_back(Constant("grpc-accept-encoding", kEncodings));
  }
  headers.push_back(Header("grpc-status", code));
  if (!message.empty()) headers.push_back(Header("grpc-message", message));
  if (!details.empty()) headers.push_back(Header("grpc-status-details-bin", details));
  for (const auto& [name, value] : trailers_) headers.push_back(Header(name, value));
  if (std::exchange(headers_sent_, true)) {
    nghttp2_submit_trailer(connection_->session(), id_, headers.data(), headers.size());
    connection_->HasOutput();
  } else {
    SubmitAnswer(headers, /*has_body=*/false);
  }
}

void Stream::Refuse(const grpc::Status& status) {
  if (status_) return;
  status_ = status;
  host_.queue().Remove(connection_->line(), *this);
  DropUnfinished();
  // What waits goes first: a caller is given all that there was.
  if (headers_sent_ || !leading_.empty()) return SendHeadersOnce();
  SendTrailers();
}

void Stream::GiveUp() {
  if (!status_) {
    return Refuse({StatusCode::DEADLINE_EXCEEDED, "the request did not come in time"});
  }
  nghttp2_submit_rst_stream(connection_->session(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_NO_ERROR);
  connection_->HasOutput();
}

void Stream::AddHeader(const std::string& name, const std::string& value) {
  leading_.emplace_back(name, IsBinary(name) ? Base64Encode(value) : value);
}

void Stream::AddTrailer(const std::string& name, const std::string& value) {
  trailers_.emplace_back(name, IsBinary(name) ? Base64Encode(value) : value);
}

// --- The end ---

void Stream::Cancel() {
  if (!connection_) return;
  cancelled_here_ = true;
  nghttp2_submit_rst_stream(connection_->session(), NGHTTP2_FLAG_NONE, id_, NGHTTP2_CANCEL);
  connection_->HasOutput();
}

void Stream::OnDone(std::function<void()> listener) {
  if (!connection_) return listener();
  listener_ = std::move(listener);
}

void Stream::OnClosed() {
  // What nobody read any more: the window of the connection is its other streams' too.
  if (unconsumed_ > 0) nghttp2_session_consume_connection(connection_->session(), unconsumed_);
  DropUnfinished();
  host_.queue().Remove(connection_->line(), *this);
  connection_ = nullptr;
  if (!begun_) {
    delete this;
    return;
  }
  Host& host = host_;
  Tag* const tags[] = {std::exchange(read_tag_, nullptr), std::exchange(write_tag_, nullptr)};
  // First: else a read that fails would look like the proper end of what the caller sends.
  if (listener_) std::exchange(listener_, nullptr)();  // deletes this, unless a tag is open
  for (Tag* const tag : tags) {
    if (tag) host.Complete(*tag, false);
  }
}

}  // namespace inferwire::rpc::http2
