// The body of an upload: a form with fields and files, whose bytes come piece by piece and go the
// same way. What is not sent yet is bounded by whoever fills it: HasRoom. On the loop's thread.
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
  struct File {
    std::string_view part, filename;
    std::string_view content_type = "application/octet-stream";
  };
  static constexpr size_t kHigh = 512 * 1024, kLow = 128 * 1024;

  // boundary: occurs in no value and in no file.
  explicit FormSource(std::string boundary) : boundary_(std::move(boundary)) {}

  std::string content_type() const;
  // Come first of all; instead of those that were set before. Nothing was read of it yet.
  void SetFields(const Fields& fields);
  // What is appended from here on is of this file. No control characters are in its type.
  void BeginFile(const File& file);
  // All of the body but the files' bytes, if no further file begins.
  int64_t overhead() const;

  bool HasRoom() const { return waiting_bytes_ < kHigh; }
  // on_room is called, from within Read, when HasRoom was false and is true again.
  void OnRoom(std::function<void()> on_room) { on_room_ = std::move(on_room); }
  void Append(std::string bytes);
  // No more bytes: the form is closed. Without it the body has no end.
  void Complete();

  int64_t Read(char* buffer, size_t size) override;
  void OnMore(std::function<void()> on_more) override { on_more_ = std::move(on_more); }

 private:
  std::string EndOfForm() const;
  void Put(std::string bytes);
  // Whoever reads may stand here waiting.
  void TellMore();

  const std::string boundary_;
  std::string fields_;
  int64_t heads_bytes_ = 0;  // of the files, with what separates them
  bool in_file_ = false;
  std::deque<std::string> waiting_;  // behind the fields
  size_t taken_ = 0;                 // of the fields, then of the first one that waits
  bool fields_taken_ = false;
  size_t waiting_bytes_ = 0;
  bool completed_ = false, was_full_ = false;
  std::function<void()> on_room_, on_more_;
};

}  // namespace inferwire::openai
