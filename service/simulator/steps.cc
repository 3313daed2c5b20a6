#include "simulator/steps.h"

#include <algorithm>
#include <charconv>

namespace inferwire::simulator {
namespace {

bool CutsOff(const Behavior& behavior) { return behavior.wrong_content_length.has_value(); }

}  // namespace

Steps::Steps(Answer answer, bool http10, bool keep_alive)
    : answer_(std::move(answer)),
      chunked_(answer_.events != nullptr && !answer_.events_bytes && !http10),
      keep_alive_(keep_alive && !CutsOff(answer_.behavior) &&
                  !(answer_.events && !answer_.events_bytes && http10)),
      due_(answer_.delay) {
  if (answer_.events == nullptr) ready_ = std::move(answer_.body);
  head_ = Head();
}

std::string Steps::Head() const {
  std::string head = "HTTP/1.1 " + std::to_string(answer_.status) + ' ';
  head += ReasonPhrase(answer_.status);
  head += "\r\n";
  for (const auto& [name, value] : answer_.headers) head += name + ": " + value + "\r\n";
  if (chunked_) {
    head += "transfer-encoding: chunked\r\n";
  } else if (answer_.events == nullptr || answer_.events_bytes) {
    const auto length = answer_.events_bytes.value_or(static_cast<int64_t>(ready_.size())) +
                        answer_.behavior.wrong_content_length.value_or(0);
    head += "content-length: " + std::to_string(std::max<int64_t>(0, length)) + "\r\n";
  }
  head += keep_alive_ ? "connection: keep-alive\r\n\r\n" : "connection: close\r\n\r\n";
  return head;
}

Step Steps::Next() { return head_done_ ? NextOfBody() : NextOfHead(); }

Step Steps::NextOfHead() {
  const Behavior& behavior = answer_.behavior;
  Step step{.bytes = {}, .due = due_};
  if (behavior.reset) {
    step.after = After::kReset;
  } else if (behavior.stall) {
    step.after = After::kStall;
  } else if (behavior.slow_headers) {
    step.bytes = head_.substr(head_sent_++, 1);
    due_ += *behavior.slow_headers;
    head_done_ = head_sent_ == head_.size();
  } else {
    step.bytes = std::move(head_);
    head_done_ = true;
    // One write for a whole unary answer, as servers do it.
    if (!answer_.events && !behavior.reset_after && !behavior.write_bytes) {
      step.bytes += ready_;
      ready_.clear();
    }
  }
  return step;
}

bool Steps::Refill() {
  if (!ready_.empty()) return true;
  if (source_over_ || answer_.events == nullptr) return false;
  Event event;
  if (!answer_.events->Next(event)) {
    source_over_ = true;
    return false;
  }
  due_ = std::max(due_, event.due);
  ready_ = std::move(event.bytes);
  stalled_ = event.stall;
  return true;
}

Step Steps::NextOfBody() {
  if (!Refill()) return End();
  Step step{.bytes = {}, .due = due_};
  size_t size = ready_.size() - taken_;
  const Behavior& behavior = answer_.behavior;
  if (behavior.write_bytes) size = std::min(size, static_cast<size_t>(*behavior.write_bytes));
  if (behavior.reset_after) {
    const auto left = static_cast<size_t>(*behavior.reset_after - body_sent_);
    size = std::min(size, left);
    if (size == left) step.after = After::kReset;
  }
  if (stalled_) step.after = After::kStall;
  body_sent_ += static_cast<int64_t>(size);
  step.bytes = Framed(std::string_view(ready_).substr(taken_, size));
  taken_ += size;
  if (taken_ == ready_.size()) {
    ready_.clear();
    taken_ = 0;
  }
  return step;
}

Step Steps::End() {
  Step step{.bytes = chunked_ ? "0\r\n\r\n" : "", .due = due_};
  step.after = keep_alive_ ? After::kDone : After::kClose;
  return step;
}

std::string Steps::Framed(std::string_view bytes) const {
  if (!chunked_ || bytes.empty()) return std::string(bytes);
  char size[16];
  const auto end = std::to_chars(size, size + sizeof size, bytes.size(), 16);
  std::string chunk(size, end.ptr);
  chunk.reserve(chunk.size() + bytes.size() + 4);
  chunk += "\r\n";
  chunk += bytes;
  chunk += "\r\n";
  return chunk;
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 206:
      return "Partial Content";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 409:
      return "Conflict";
    case 413:
      return "Payload Too Large";
    case 416:
      return "Range Not Satisfiable";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

}  // namespace inferwire::simulator
