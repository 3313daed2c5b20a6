// Rows in columns, for people.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace llmgate::cli {

// The first row is the head. Every column is as wide as its widest cell.
std::string Table(const std::vector<std::vector<std::string>>& rows);
// 2026-11-25 14:05 in UTC; "-" if the time is not set.
std::string TimeText(bool is_set, const google::protobuf::Timestamp& time);
// 512 B, 1.5 KiB, 200.0 MiB.
std::string SizeText(std::int64_t bytes);

}  // namespace llmgate::cli
