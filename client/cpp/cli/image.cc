// inferwire image

#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "image_files.h"
#include "output.h"
#include "request.h"
#include "session.h"

namespace inferwire::cli {
namespace {

using client::Result;

Result<v1::ImageParams> ParamsOf(const ImageArgs& args) {
  auto prompt = NeedPrompt(args.prompt);
  if (!prompt) return prompt.error();
  v1::ImageParams params;
  params.set_prompt(*std::move(prompt));
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

// Of previews, what has come is written at once; the images become those of the response.
ExitCode Stream(Session& session, const ImageArgs& args, v1::ImageParams&& params,
                v1::GenerateImagesResponse& response) {
  v1::StreamGenerateImagesRequest request;
  *request.mutable_params() = std::move(params);
  client::PictureParts parts;
  std::vector<std::string> images;
  auto stream = session.client.StreamImages(request, session.Arm());
  for (const client::ImageEvent& event : stream) {
    if (event.message.has_completed()) {
      *response.mutable_result() = event.message.completed().result();
      *response.mutable_gateway() = event.message.completed().gateway();
    }
    auto picture = parts.Take(event);
    if (!picture) continue;
    if (picture->preview) {
      if (args.output == "-") continue;
      const auto name = KeepPreview(args.output, *picture, args.n.value_or(1));
      if (!name) return kCallFailed;
      std::cerr << *name << '\n';
      continue;
    }
    const auto index = static_cast<size_t>(picture->index);
    if (images.size() <= index) images.resize(index + 1);
    images[index] = std::move(picture->data);
  }
  session.interrupts.Disarm();
  if (auto status = stream.status(); !status) return Report(session.global, status.error());
  const int count = std::min(response.result().images_size(), static_cast<int>(images.size()));
  for (int i = 0; i < count; ++i) {
    std::string& data = images[static_cast<size_t>(i)];
    if (!data.empty()) response.mutable_result()->mutable_images(i)->set_data(std::move(data));
  }
  return kOk;
}

ExitCode Generate(Session& session, const ImageArgs& args, v1::ImageParams&& params,
                  v1::GenerateImagesResponse& response) {
  if (args.previews) {
    params.set_partial_images(*args.previews);
    return Stream(session, args, std::move(params), response);
  }
  v1::GenerateImagesRequest request;
  *request.mutable_params() = std::move(params);
  auto answer = session.client.GenerateImages(request, session.Arm());
  session.interrupts.Disarm();
  if (!answer) return Report(session.global, answer.error());
  response = *std::move(answer);
  return kOk;
}

}  // namespace

ExitCode Run(Session& session, const ImageArgs& args) {
  auto params = ParamsOf(args);
  if (!params) return Report(session.global, params.error());
  if (auto good = CheckPictureOutput(session.global, args.output, args.n.value_or(1)); !good) {
    return Report(session.global, good.error());
  }
  v1::GenerateImagesResponse response;
  if (const auto code = Generate(session, args, *std::move(params), response); code != kOk) {
    return code;
  }
  return KeepPictures(session, args.output, *response.mutable_result(), response.gateway());
}

}  // namespace inferwire::cli
