// /v1/images: pictures of one colour that depends on what was asked for.
#pragma once

#include <string_view>

#include "simulator/backend.h"
#include "simulator/image_request.h"
#include "simulator/routes.h"

namespace inferwire::simulator {

// The whole answer. host: of the server that has the pictures whose URL is given.
Json ImageBody(const ImageRequest& request, int64_t created, const Behavior& behavior,
               std::string_view host);

class Images {
 public:
  // Where the pictures are whose URL is given. The path says all about them: none is stored.
  static constexpr std::string_view kDownloads = "/simulator/images/";

  explicit Images(Backend& backend) : backend_(backend) {}
  void AddRoutes(Routes& routes);
  void Download(Call& call) const;

 private:
  void Create(Call& call, ImageTask task);

  Backend& backend_;
};

}  // namespace inferwire::simulator
