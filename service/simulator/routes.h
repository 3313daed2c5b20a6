// Which function serves which method and path. A star in a path stands for one part of it.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "simulator/call.h"

namespace inferwire::simulator {

// kObject: a JSON object; kMaybeObject: or nothing, which is as good as an empty one; kForm: a form
// with files; kFormOrObject: one of both.
enum class BodyKind { kNone, kObject, kMaybeObject, kForm, kFormOrObject };

struct Operation {
  std::string_view method, path;
  BodyKind body = BodyKind::kNone;
  std::function<void(Call&)> serve{};
};

class Routes {
 public:
  void Add(Operation operation) { operations_.push_back(std::move(operation)); }
  // Null if there is none; path_known then says whether another method has one. ids: the parts that
  // the stars stand for.
  const Operation* Find(std::string_view method, std::string_view path,
                        std::vector<std::string_view>& ids, bool& path_known) const;

 private:
  std::vector<Operation> operations_;
};

}  // namespace inferwire::simulator
