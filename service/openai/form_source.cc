#include "openai/form_source.h"

#include <algorithm>

namespace inferwire::openai {
namespace {

// As browsers write it (the URL standard's multipart/form-data).
std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') {
      out += "%22";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

FormSource::FormSource(const Fields& fields, std::string_view filename, std::string boundary)
    : boundary_(std::move(boundary)) {
  std::string head;
  for (const auto& [name, value] : fields) {
    head += "--" + boundary_ + "\r\nContent-Disposition: form-data; name=" + Quoted(name) +
            "\r\n\r\n" + value + "\r\n";
  }
  head += "--" + boundary_ +
          "\r\nContent-Disposition: form-data; name=\"file\"; filename=" + Quoted(filename) +
          "\r\nContent-Type: application/octet-stream\r\n\r\n";
  overhead_ = static_cast<int64_t>(head.size() + boundary_.size() + 8);  // CRLF -- -- CRLF
  Append(std::move(head));
}

std::string FormSource::content_type() const {
  return "multipart/form-data; boundary=" + boundary_;
}

void FormSource::Append(std::string bytes) {
  if (bytes.empty()) return;
  waiting_bytes_ += bytes.size();
  waiting_.push_back(std::move(bytes));
  was_full_ = was_full_ || !HasRoom();
}

void FormSource::Complete() {
  Append("\r\n--" + boundary_ + "--\r\n");
  completed_ = true;
}

int64_t FormSource::Read(char* buffer, size_t size) {
  size_t done = 0;
  while (done < size && !waiting_.empty()) {
    const std::string& first = waiting_.front();
    const size_t count = std::min(size - done, first.size() - taken_);
    std::copy_n(first.data() + taken_, count, buffer + done);
    done += count;
    taken_ += count;
    if (taken_ < first.size()) continue;
    waiting_.pop_front();
    taken_ = 0;
  }
  waiting_bytes_ -= done;
  if (was_full_ && waiting_bytes_ <= kLow && on_room_) {
    was_full_ = false;
    on_room_();
  }
  if (done > 0) return static_cast<int64_t>(done);
  return completed_ ? kEnd : kNothingNow;
}

}  // namespace inferwire::openai
