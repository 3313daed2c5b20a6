// What a model's name stands for, as far as access is concerned: an alias means its model, and a
// route the models of all its targets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inferwire::tenancy {

// One model that a name stands for.
struct NamedModel {
  std::string id;    // in the catalogue; that of `sent` where it is not in there
  std::string sent;  // what the upstream is sent
  bool operator==(const NamedModel&) const = default;
};

struct ModelMeaning {
  bool route = false;                // the name is a route's own, not one that begins like it
  std::vector<NamedModel> models{};  // empty: there is no such model
  // The model that calls go to since those have ended; empty: they go to those. Whether they may is
  // judged by what was asked for.
  std::string now{};
};

class ModelNames {
 public:
  virtual ~ModelNames() = default;
  virtual ModelMeaning MeaningOf(std::string_view asked) const = 0;

 protected:
  ModelNames() = default;
  ModelNames(const ModelNames&) = default;
  ModelNames(ModelNames&&) = default;
  ModelNames& operator=(const ModelNames&) = default;
  ModelNames& operator=(ModelNames&&) = default;
};

}  // namespace inferwire::tenancy
