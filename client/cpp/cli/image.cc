// inferwire image
#include <string>

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

}  // namespace

ExitCode Run(Session& session, const ImageArgs& args) {
  auto params = ParamsOf(args);
  if (!params) return Report(session.global, params.error());
  if (auto good = CheckPictureOutput(session.global, args.output, args.n.value_or(1)); !good) {
    return Report(session.global, good.error());
  }
  v1::GenerateImagesRequest request;
  *request.mutable_params() = *std::move(params);
  auto response = session.client.GenerateImages(request, session.Arm());
  session.interrupts.Disarm();
  if (!response) return Report(session.global, response.error());
  return KeepPictures(session, args.output, *response->mutable_result(), response->gateway());
}

}  // namespace inferwire::cli
