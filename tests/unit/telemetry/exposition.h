// Reads the Prometheus text format back, as far as these tests' own metrics go.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>

#include "base/error.h"

namespace inferwire::telemetry {

// One family as the text format shows it.
struct Family {
  std::string help, type;
  std::set<std::string> labels;
  std::set<std::string> bounds;  // of le
  std::map<std::string, std::string> samples;
};
using Families = std::map<std::string, Family>;

// The label names and the le values of {a="x",b="y"}; label values of these tests hold no quotes.
inline void ReadLabels(const std::string& text, Family& family) {
  std::istringstream pairs(text);
  for (std::string pair; std::getline(pairs, pair, ',');) {
    const size_t equals = pair.find("=\"");
    ASSERT_NE(equals, std::string::npos) << text;
    const std::string name = pair.substr(0, equals);
    if (name == "le") {
      family.bounds.insert(pair.substr(equals + 2, pair.size() - equals - 3));
    } else {
      family.labels.insert(name);
    }
  }
}

inline Family& Owner(Families& families, const std::string& sample) {
  for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
    if (sample.ends_with(suffix)) {
      auto found = families.find(sample.substr(0, sample.size() - suffix.size()));
      if (found != families.end() && found->second.type == "histogram") {
        return found->second;
      }
    }
  }
  EXPECT_TRUE(families.contains(sample)) << sample << " has no # TYPE before it";
  return families[sample];
}

inline Families Parse(const std::string& exposition) {
  Families families;
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, kind, name;
    words >> first;
    if (first == "#") {
      words >> kind >> name >> std::ws;
      std::string rest;
      std::getline(words, rest);
      (kind == "HELP" ? families[name].help : families[name].type) = rest;
      continue;
    }
    const size_t space = line.rfind(' ');
    const std::string series = line.substr(0, space);
    const size_t brace = series.find('{');
    Family& family = Owner(families, series.substr(0, brace));
    if (brace != std::string::npos) {
      ReadLabels(series.substr(brace + 1, series.size() - brace - 2), family);
    }
    EXPECT_TRUE(family.samples.emplace(series, line.substr(space + 1)).second) << series;
  }
  return families;
}

inline Error MakeError(Code code, v1::ErrorReason reason, Origin origin) {
  Error error;
  error.code = code;
  error.reason = reason;
  error.origin = origin;
  error.message = "canary: this text belongs in no metric";
  return error;
}

}  // namespace inferwire::telemetry
