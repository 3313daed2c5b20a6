#include "table.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

namespace inferwire::cli {
namespace {

constexpr size_t kGap = 2;

// Characters, not bytes.
size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// A number of so many decimals, with at least 2 and at most so many shown.
std::string DecimalText(int64_t number, size_t decimals, size_t most_digits) {
  std::string digits = std::to_string(number);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  const size_t point = digits.size() - decimals;
  std::string fraction = digits.substr(point, most_digits);
  while (fraction.size() > 2 && fraction.back() == '0') fraction.pop_back();
  return Grouped(std::stoll(digits.substr(0, point))) + "." + fraction;
}

}  // namespace

std::string Table::Text() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] - WidthOf(row[i]) + kGap, ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string ShortText(std::string_view text, std::size_t most) {
  std::string shown;
  std::size_t count = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && ++count > most) return shown + "...";
    shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return shown;
}

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number);
  const size_t front = number < 0 ? 1 : 0;
  for (size_t at = digits.size(); at > front + 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string UsdText(int64_t micro_usd, size_t most_digits) {
  return DecimalText(micro_usd, 6, most_digits);
}

std::string CostText(int64_t picousd) { return "USD " + DecimalText(picousd, 12, 12); }

std::string TimeText(bool is_set, const google::protobuf::Timestamp& time) {
  if (!is_set) return "-";
  const std::time_t seconds = time.seconds();
  std::tm parts{};
  char text[32];
  if (gmtime_r(&seconds, &parts) == nullptr) return "-";
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

std::string SizeText(int64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  auto size = static_cast<double>(bytes);
  const char* unit = "";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (size < 1024) break;
    size /= 1024;
    unit = larger;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", size, unit);
  return text;
}

}  // namespace inferwire::cli
