// Rows of usage as lines of CSV.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <vector>

#include "inferwire/v1/usage_service.pb.h"

namespace inferwire::cli {

// 2026-11-30T14:00:00Z.
std::string IsoTime(const google::protobuf::Timestamp& time);
// With quotes where it needs them (RFC 4180), and a line's end.
std::string CsvLine(const std::vector<std::string>& fields);

// by: what was grouped by.
std::string UsageCsvHead(const std::vector<std::string>& by);
std::string UsageCsv(const v1::UsageRow& row, const std::vector<std::string>& by);

// FOCUS 1.0 (https://focus.finops.org): one line per hour and names. Its money is what the call
// cost as a whole, so input and output are columns of our own beside the sum of their tokens.
std::string FocusHead();
std::string Focus(const v1::UsageRow& row);

// One of the names that rows can be grouped by.
std::string GroupOf(const v1::UsageRow& row, const std::string& name);

}  // namespace inferwire::cli
