// Answers that are small to describe and large to take, each for one RPC. Some are no faults.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hostile/cases.h"

namespace inferwire::e2e::hostile {

enum class Rpc { kComplete, kStream, kInvoke, kStreamInvoke };

struct Bomb {
  std::string name;
  Rpc rpc;
  WireAnswer answer;
  Expected expected;
};

std::vector<Bomb> Bombs();

}  // namespace inferwire::e2e::hostile
