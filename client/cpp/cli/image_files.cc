#include "image_files.h"

#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "output.h"

namespace inferwire::cli {
namespace {

// Of a file's name, in lower case: ".png".
std::string EndingOf(const std::string& file) {
  std::string end = std::filesystem::path(file).extension();
  for (char& c : end) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return end;
}

// cat-2.png of cat.png, if there are several.
std::string NameOf(const std::string& output, int index, int count) {
  if (count <= 1) return output;
  std::filesystem::path path(output);
  const std::string number = "-" + std::to_string(index + 1);
  return path.replace_filename(path.stem().string() + number + path.extension().string());
}

bool WriteFile(const std::string& name, const std::string& bytes) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  if (file.good()) return true;
  std::cerr << "inferwire: cannot write " << name << '\n';
  return false;
}

// Writes the pictures; out is what is printed instead of them.
bool Keep(const std::string& output, v1::ImageResult& result, std::string& out) {
  for (int i = 0; i < result.images_size(); ++i) {
    v1::Image& image = *result.mutable_images(i);
    if (!image.has_data()) {
      out += image.url() + "\n";
      continue;
    }
    const std::string name = NameOf(output, i, result.images_size());
    if (!WriteFile(name, image.data())) return false;
    out += name + "\n";
    image.clear_data();
    (*image.mutable_extra())["file"] = Quoted(name);
  }
  return true;
}

}  // namespace

client::Result<void> CheckPictureOutput(const GlobalArgs& global, const std::string& output,
                                        int count) {
  if (output == "-") {
    if (global.json) return UsageError("-o -: does not go with --json");
    if (isatty(STDOUT_FILENO) == 1) return UsageError("pictures are not printed to a terminal");
    if (count > 1) return UsageError("-o -: is for one picture");
    return {};
  }
  std::error_code error;
  const bool there = std::filesystem::exists(output, error);
  const bool good = std::ofstream(output, std::ios::app).good();
  if (!there) std::filesystem::remove(output, error);
  return good ? client::Result<void>() : UsageError("cannot write " + output);
}

std::string PictureFormatOf(const std::string& output) {
  const std::string end = EndingOf(output);
  if (end == ".jpg" || end == ".jpeg") return "jpeg";
  return end == ".webp" ? "webp" : "";
}

std::string_view PictureTypeOf(const std::string& file) {
  const std::string end = EndingOf(file);
  if (end == ".jpg" || end == ".jpeg") return "image/jpeg";
  return end == ".webp" ? "image/webp" : "image/png";
}

std::optional<std::string> KeepPreview(const std::string& output, const client::Picture& preview,
                                       int count) {
  std::filesystem::path path(NameOf(output, preview.index, count));
  const std::string number = "-preview-" + std::to_string(preview.preview.value_or(0) + 1);
  const std::string name =
      path.replace_filename(path.stem().string() + number + path.extension().string());
  return WriteFile(name, preview.data) ? std::optional(name) : std::nullopt;
}

ExitCode KeepPictures(const Session& session, const std::string& output, v1::ImageResult& result,
                      const v1::GatewayInfo& gateway) {
  if (result.images().empty()) {
    std::cerr << "inferwire: the upstream gave no picture\n";
    return kCallFailed;
  }
  if (output == "-" && result.images(0).has_data()) {
    if (!Print(result.images(0).data())) return kCallFailed;
  } else {
    std::string out;
    if (!Keep(output, result, out)) return kCallFailed;
    if (session.global.json) out = OpenAiJson(result, &gateway) + "\n";
    if (!Print(out)) return kCallFailed;
  }
  PrintUsage(session.global, gateway.model(), result.usage(), gateway);
  return kOk;
}

}  // namespace inferwire::cli
