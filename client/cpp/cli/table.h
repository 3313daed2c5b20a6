// Columns of text, as wide as they have to be, and numbers as people read them.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace inferwire::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> head) { rows_.push_back(std::move(head)); }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// The beginning of a text, on one line: at most so many characters, and "..." if there are more.
std::string ShortText(std::string_view text, std::size_t most);
// 1,047,576
std::string Grouped(int64_t number);
// Micro-USD as USD with at least 2 and at most so many digits after the point.
std::string UsdText(int64_t micro_usd, size_t most_digits);
// Pico-USD, exactly: USD 0.0000196.
std::string CostText(int64_t picousd);
// 2026-11-25 14:05 in UTC; "-" if the time is not set.
std::string TimeText(bool is_set, const google::protobuf::Timestamp& time);
// 512 B, 1.5 KiB, 200.0 MiB.
std::string SizeText(int64_t bytes);

}  // namespace inferwire::cli
