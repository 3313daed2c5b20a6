// One segment of an upstream's path: the one rule for paths that callers give (RawService) and for
// names that go into a path (ids of files, deployments).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferwire::openai {

// Everything but letters, digits and - . _ ~ as %XX: one segment of a path, or one part of a query.
void AppendPercentEncoded(std::string_view text, std::string& out);

// What a percent-encoded segment means, decoded; nothing if its spelling is one that servers read
// differently: broken, double or overlong encoding, an encoded dot, slash, backslash or control
// byte, their full-width forms, a path parameter (';'), two dots at its beginning.
std::optional<std::string> DecodePathSegment(std::string_view segment);

// Whether a name can go into a path as one segment without becoming another path.
bool CanBePathSegment(std::string_view name);

}  // namespace inferwire::openai
