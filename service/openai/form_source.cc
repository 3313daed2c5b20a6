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
    } else if (c == '\r') {
      out += "%0D";
    } else if (c == '\n') {
      out += "%0A";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

std::string FormSource::content_type() const {
  return "multipart/form-data; boundary=" + boundary_;
}

void FormSource::SetFields(const Fields& fields) {
  waiting_bytes_ -= fields_.size();
  fields_.clear();
  for (const auto& [name, value] : fields) {
    fields_ += "--" + boundary_ + "\r\nContent-Disposition: form-data; name=" + Quoted(name) +
               "\r\n\r\n" + value + "\r\n";
  }
  waiting_bytes_ += fields_.size();
  was_full_ = was_full_ || !HasRoom();
  TellMore();
}

void FormSource::BeginFile(const File& file) {
  std::string head = in_file_ ? "\r\n" : "";
  head += "--" + boundary_ + "\r\nContent-Disposition: form-data; name=" + Quoted(file.part) +
          "; filename=" + Quoted(file.filename) + "\r\nContent-Type: ";
  head += file.content_type;
  head += "\r\n\r\n";
  in_file_ = true;
  heads_bytes_ += static_cast<int64_t>(head.size());
  Append(std::move(head));
}

std::string FormSource::EndOfForm() const {
  return (in_file_ ? "\r\n--" : "--") + boundary_ + "--\r\n";
}

int64_t FormSource::overhead() const {
  return static_cast<int64_t>(fields_.size() + EndOfForm().size()) + heads_bytes_;
}

void FormSource::Append(std::string bytes) {
  if (bytes.empty()) return;
  Put(std::move(bytes));
  TellMore();
}

void FormSource::Put(std::string bytes) {
  waiting_bytes_ += bytes.size();
  waiting_.push_back(std::move(bytes));
  was_full_ = was_full_ || !HasRoom();
}

void FormSource::Complete() {
  Put(EndOfForm());
  completed_ = true;
  TellMore();
}

void FormSource::TellMore() {
  if (on_more_) on_more_();
}

int64_t FormSource::Read(char* buffer, size_t size) {
  size_t done = 0;
  const auto take = [&](const std::string& from) {
    const size_t count = std::min(size - done, from.size() - taken_);
    std::copy_n(from.data() + taken_, count, buffer + done);
    done += count;
    taken_ += count;
    if (taken_ < from.size()) return false;
    taken_ = 0;
    return true;
  };
  if (!fields_taken_) fields_taken_ = take(fields_);
  while (fields_taken_ && done < size && !waiting_.empty()) {
    if (take(waiting_.front())) waiting_.pop_front();
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
