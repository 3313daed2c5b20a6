// Pictures as files: what `inferwire image` and `image edit` do with those that come.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exit_code.h"
#include "inferwire/client.h"
#include "session.h"

namespace inferwire::cli {

// Pictures cost money: whether they can be kept is found out before. output "-": standard output.
client::Result<void> CheckPictureOutput(const GlobalArgs& global, const std::string& output,
                                        int count);
// What the file's name says, where it is not what upstream makes anyway: jpeg, webp.
std::string PictureFormatOf(const std::string& output);
// Of a file that is sent, by its name.
std::string_view PictureTypeOf(const std::string& file);
// Writes cat-preview-1.png beside cat.png, of the second of several cat-2-preview-1.png, and gives
// its name; nothing, and says so, if it cannot be written.
std::optional<std::string> KeepPreview(const std::string& output, const client::Picture& preview,
                                       int count);
// Writes the pictures and says what was written and used.
ExitCode KeepPictures(const Session& session, const std::string& output, v1::ImageResult& result,
                      const v1::GatewayInfo& gateway);

}  // namespace inferwire::cli
