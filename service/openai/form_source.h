// The body of an upload: a form with one file, whose bytes come piece by piece and go the same way.
// What is not sent yet is bounded by whoever fills it: HasRoom. On the loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/transport.h"

namespace inferwire::openai {

class FormSource final : public http::BodySource {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;
  static constexpr size_t kHigh = 512 * 1024, kLow = 128 * 1024;

  // The names and values are checked already: no control characters. boundary: occurs in no file.
  FormSource(const Fields& fields, std::string_view filename, std::string boundary);

  std::string content_type() const;
  // All of the body but the file.
  int64_t overhead() const { return overhead_; }

  bool HasRoom() const { return waiting_bytes_ < kHigh; }
  // on_room is called, from within Read, when HasRoom was false and is true again.
  void OnRoom(std::function<void()> on_room) { on_room_ = std::move(on_room); }
  void Append(std::string bytes);
  // No more bytes: the form is closed. Without it the body has no end.
  void Complete();
  // The last byte of the form was taken.
  bool ended() const { return completed_ && waiting_.empty(); }

  int64_t Read(char* buffer, size_t size) override;

 private:
  const std::string boundary_;
  int64_t overhead_ = 0;
  std::deque<std::string> waiting_;
  size_t taken_ = 0;  // of the first one
  size_t waiting_bytes_ = 0;
  bool completed_ = false, was_full_ = false;
  std::function<void()> on_room_;
};

}  // namespace inferwire::openai
