// inferwire image
#include <unistd.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "output.h"
#include "request.h"
#include "session.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;

// Pictures cost money: whether they can be kept is found out before.
Result<void> CheckOutput(const GlobalArgs& global, const ImageArgs& args) {
  if (args.output == "-") {
    if (global.json) return UsageError("-o -: does not go with --json");
    if (isatty(STDOUT_FILENO) == 1) return UsageError("pictures are not printed to a terminal");
    if (args.n.value_or(1) > 1) return UsageError("-o -: is for one picture");
    return {};
  }
  std::error_code error;
  const bool there = std::filesystem::exists(args.output, error);
  const bool good = std::ofstream(args.output, std::ios::app).good();
  if (!there) std::filesystem::remove(args.output, error);
  return good ? Result<void>() : UsageError("cannot write " + args.output);
}

// cat-2.png of cat.png, if there are several.
std::string NameOf(const std::string& output, int index, int count) {
  if (count <= 1) return output;
  std::filesystem::path path(output);
  const std::string number = "-" + std::to_string(index + 1);
  return path.replace_filename(path.stem().string() + number + path.extension().string());
}

// What the file's name says, where it is not what upstream makes anyway.
std::string FormatOf(const std::string& output) {
  std::string end = std::filesystem::path(output).extension();
  for (char& c : end) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (end == ".jpg" || end == ".jpeg") return "jpeg";
  return end == ".webp" ? "webp" : "";
}

Result<v1::ImageParams> ParamsOf(const ImageArgs& args) {
  auto prompt = NeedPrompt(args.prompt);
  if (!prompt) return prompt.error();
  v1::ImageParams params;
  params.set_prompt(*std::move(prompt));
  params.set_model(args.model);
  if (args.n) params.set_n(*args.n);
  if (!args.size.empty()) params.set_size(args.size);
  if (!args.quality.empty()) params.set_quality(args.quality);
  if (const auto format = FormatOf(args.output); !format.empty()) params.set_output_format(format);
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added.error();
  }
  return params;
}

bool WriteFile(const std::string& name, const std::string& bytes) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  file << bytes;
  file.close();
  return file.good();
}

// Writes the pictures; out is what is printed instead of them.
bool Keep(const ImageArgs& args, v1::ImageResult& result, std::string& out) {
  for (int i = 0; i < result.images_size(); ++i) {
    v1::Image& image = *result.mutable_images(i);
    if (!image.has_data()) {
      out += image.url() + "\n";
      continue;
    }
    const std::string name = NameOf(args.output, i, result.images_size());
    if (!WriteFile(name, image.data())) {
      std::cerr << "inferwire: cannot write " << name << '\n';
      return false;
    }
    out += name + "\n";
    image.clear_data();
    (*image.mutable_extra())["file"] = Quoted(name);
  }
  return true;
}

}  // namespace

ExitCode Run(Session& session, const ImageArgs& args) {
  auto params = ParamsOf(args);
  if (!params) return Report(session.global, params.error());
  if (auto good = CheckOutput(session.global, args); !good)
    return Report(session.global, good.error());
  v1::GenerateImagesRequest request;
  *request.mutable_params() = *std::move(params);
  auto response = session.client.GenerateImages(request, session.Arm());
  session.interrupts.Disarm();
  if (!response) return Report(session.global, response.error());
  v1::ImageResult& result = *response->mutable_result();
  if (result.images().empty()) {
    std::cerr << "inferwire: the upstream gave no picture\n";
    return kCallFailed;
  }
  if (args.output == "-" && result.images(0).has_data()) {
    if (!Print(result.images(0).data())) return kCallFailed;
  } else {
    std::string out;
    if (!Keep(args, result, out)) return kCallFailed;
    if (session.global.json) out = OpenAiJson(result, &response->gateway()) + "\n";
    if (!Print(out)) return kCallFailed;
  }
  PrintUsage(session.global, response->gateway().model(), result.usage(), response->gateway());
  return kOk;
}

}  // namespace inferwire::cli
