// A streamed answer as a single-pass range:
//
//   auto stream = client.Stream(request);
//   for (const Event& event : stream) std::cout << event.text();
//   if (auto status = stream.status(); !status) std::cerr << Describe(status.error());
//
// Leaving the loop early and letting the stream go cancels the call, here and upstream. The next
// message is read only when the loop asks for it, so a slow loop slows the model's stream down.
// Not thread-safe; to cancel from another thread use CallOptions::cancellation.
#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "inferwire/client/result.h"
#include "inferwire/v1/chat_service.pb.h"
#include "inferwire/v1/raw_service.pb.h"

namespace inferwire::client {

// One event of a streamed completion.
struct Event {
  v1::StreamCompleteResponse message;

  // What this event adds to the text of the first choice; empty for all other events.
  std::string_view text() const;
};

// Where a MessageStream's messages come from. Next() blocks; after it said false, status() tells
// how the stream ended.
template <class Message>
class MessageSource {
 public:
  virtual ~MessageSource() = default;
  virtual bool Next(Message& message) = 0;
  virtual Result<void> status() const = 0;
  virtual void Cancel() = 0;
};

template <class Message>
class [[nodiscard]] MessageStream {
 public:
  explicit MessageStream(std::unique_ptr<MessageSource<Message>> source)
      : source_(std::move(source)) {}

  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using value_type = Message;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    explicit Iterator(MessageStream* stream) : stream_(stream) {}
    const Message& operator*() const { return stream_->current_; }
    const Message* operator->() const { return &stream_->current_; }
    Iterator& operator++() {
      stream_->Advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t /*end*/) const { return stream_->at_end_; }

   private:
    MessageStream* stream_ = nullptr;
  };

  // Reads the first message. The stream must stay where it is while iterators are used.
  Iterator begin() {
    Advance();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return std::default_sentinel; }

  // How the stream ended. Only after the loop ran to its end; a stream that the gateway cut short
  // is an error even if it already brought text.
  Result<void> status() const { return source_->status(); }

  // Ends the call; the loop then ends with CANCELLED.
  void Cancel() { source_->Cancel(); }

 private:
  void Advance() { at_end_ = at_end_ || !source_->Next(current_); }

  std::unique_ptr<MessageSource<Message>> source_;
  Message current_;
  bool at_end_ = false;
};

using EventStream = MessageStream<Event>;
using RawStream = MessageStream<v1::StreamInvokeResponse>;

// The whole text of the first choice, read to the end.
Result<std::string> ReadText(EventStream stream);

// For Client::Stream with callbacks. They are called one after the other on a thread of gRPC's;
// the next event is read only after on_event returned. on_done is the last one, called once.
struct StreamHandlers {
  std::function<void(const Event&)> on_event = {};
  std::function<void(const Result<void>&)> on_done = {};
};

// A running callback stream. Like std::jthread: letting it go cancels the call and waits until
// on_done was called, unless that happens inside a handler.
class [[nodiscard]] StreamCall {
 public:
  class Reactor;
  explicit StreamCall(std::shared_ptr<Reactor> reactor);
  StreamCall(StreamCall&&) = default;
  StreamCall& operator=(StreamCall&& other) noexcept;
  ~StreamCall();

  void Cancel();
  // Blocks until on_done returned. Not from inside a handler.
  Result<void> Wait();

 private:
  void Stop();

  std::shared_ptr<Reactor> reactor_;  // the other holder is the running call itself
};

}  // namespace inferwire::client
