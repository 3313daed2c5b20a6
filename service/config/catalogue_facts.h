// The part of the catalogue's file that a model and an upstream's offer of it have in common:
// windows, abilities, prices, its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/model.h"
#include "config/reader.h"

namespace inferwire::config {

inline constexpr size_t kMaxWord = 64;

// Lower case, digits and a few signs.
bool IsWord(std::string_view text);
// Why the text is none; empty: it is one.
std::string WordFault(const std::string& text);
// The same of a model's name and of a date.
std::string NameFault(const std::string& text);
std::string DateFault(const std::string& text);
// Different texts, for each of which fault_of is empty.
std::vector<std::string> ReadWords(Section& section, std::string_view key, Faults& faults,
                                   std::string (*fault_of)(const std::string&));
void ReadCount(Section& section, std::string_view key, std::optional<int64_t>& to);

void ReadFacts(Section& section, catalogue::Facts& facts, Faults& faults);

// What is wrong with multiplying these prices by factor millionths; empty: nothing.
std::string FactorFault(const std::vector<catalogue::TierPrice>& prices, int64_t factor);

// USD per million tokens with at most 12 digits after the point. Exact.
std::optional<catalogue::Rate> ParsePrice(std::string_view text);
// USD of one.
std::optional<catalogue::Rate> ParseFee(std::string_view text);

}  // namespace inferwire::config
