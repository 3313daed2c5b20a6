// inferwire image edit
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "image_files.h"
#include "output.h"
#include "progress.h"
#include "request.h"
#include "sent_file.h"
#include "session.h"

namespace inferwire::cli {
namespace {

using client::Result;

Result<v1::ImageEditParams> ParamsOf(const ImageEditArgs& args) {
  v1::ImageEditParams params;
  if (!args.prompt.empty()) params.set_prompt(args.prompt);
  params.set_model(args.model);
  if (args.n) params.set_n(*args.n);
  if (!args.size.empty()) params.set_size(args.size);
  if (!args.quality.empty()) params.set_quality(args.quality);
  if (const auto format = PictureFormatOf(args.output); !format.empty()) {
    params.set_output_format(format);
  }
  for (const auto& param : args.params) {
    if (auto added = AddParam(*params.mutable_extra(), param); !added) return added.error();
  }
  return params;
}

// The files stay where they are: what is sent reads from them.
struct Pictures {
  std::deque<SentFile> files;
  std::vector<client::ImageFile> sent;
  std::int64_t bytes = 0;

  Result<void> Add(const std::string& path, bool mask) {
    auto file = SentFile::Open(path, "");
    if (!file) return file.error();
    files.push_back(*std::move(file));
    bytes += files.back().size().value_or(0);
    sent.push_back({.filename = files.back().name(),
                    .mime_type = std::string(PictureTypeOf(path)),
                    .mask = mask,
                    .next = files.back().Source()});
    return {};
  }
};

Result<void> AddAll(const ImageEditArgs& args, Pictures& pictures) {
  for (const std::string& file : args.files) {
    if (auto added = pictures.Add(file, false); !added) return added;
  }
  return args.mask.empty() ? Result<void>() : pictures.Add(args.mask, true);
}

}  // namespace

ExitCode Run(Session& session, const ImageEditArgs& args) {
  auto params = ParamsOf(args);
  if (!params) return Report(session.global, params.error());
  if (auto good = CheckPictureOutput(session.global, args.output, args.n.value_or(1)); !good) {
    return Report(session.global, good.error());
  }
  Pictures pictures;
  if (auto added = AddAll(args, pictures); !added) return Report(session.global, added.error());
  v1::EditImagesHeader header;
  *header.mutable_params() = *std::move(params);
  Progress progress;
  const auto on_sent = [&](std::int64_t sent) {
    progress.Show(sent, pictures.bytes, SentText(sent, pictures.bytes));
  };
  auto response =
      session.client.EditImages(std::move(header), pictures.sent, on_sent, session.Arm());
  session.interrupts.Disarm();
  progress.Finish();
  if (!response) return Report(session.global, response.error());
  return KeepPictures(session, args.output, *response->mutable_result(), response->gateway());
}

}  // namespace inferwire::cli
