// A data race on purpose: the thread sanitizer's run fails if it is not reported.
#include <thread>

namespace {
int shared_value = 0;
}

int main() {
  std::thread other([] { ++shared_value; });
  ++shared_value;
  other.join();
  return shared_value == 2 ? 0 : 1;
}
