// Feeds every file of a folder to the fuzz target that this is linked with: what libFuzzer's own
// main does with seeds, for builds without libFuzzer.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2 || !fs::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
    return 2;
  }
  std::set<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(argv[1])) paths.insert(entry.path());
  for (const fs::path& path : paths) {
    std::fprintf(stderr, "%s\n", path.c_str());  // the last one named is the one that failed
    std::ifstream file(path, std::ios::binary);
    // Not a string: a sanitizer sees a step over the end of a vector of this size.
    const std::vector<char> bytes(std::istreambuf_iterator<char>(file), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  }
  std::printf("%zu inputs fed\n", paths.size());
  return paths.empty() ? 1 : 0;
}
