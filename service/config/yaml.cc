#include "config/yaml.h"

#include <yaml-cpp/eventhandler.h>

#include <optional>
#include <sstream>
#include <string>

#include "config/values.h"

namespace inferwire::config {
namespace {

// Notes where the last document began, and nothing else.
class DocumentStart final : public YAML::EventHandler {
 public:
  const YAML::Mark& mark() const { return mark_; }

  void OnDocumentStart(const YAML::Mark& mark) override { mark_ = mark; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}

 private:
  YAML::Mark mark_ = YAML::Mark::null_mark();
};

// Takes three steps at most: a second document is one too many, and a step that begins where the
// last one began is none.
std::optional<ConfigFault> MoreThanOne(const std::string& yaml, const std::string& file_name) {
  std::istringstream stream(yaml);
  YAML::Parser parser(stream);
  DocumentStart start;
  if (!parser.HandleNextDocument(start)) return {};
  for (int i = 0; i < 2; ++i) {
    const int last = start.mark().pos;
    if (!parser.HandleNextDocument(start)) {
      if (i == 0) return {};
      break;
    }
    if (start.mark().pos == last) {
      return ConfigFault{file_name, start.mark().line + 1, "is not YAML: nothing can stand here"};
    }
  }
  return ConfigFault{file_name, 0, "has more than one document"};
}

}  // namespace

std::variant<YAML::Node, ConfigFault> LoadYaml(std::string_view yaml, std::string_view file_name) {
  const std::string text(yaml), file(file_name);
  try {
    if (auto fault = MoreThanOne(text, file)) return std::move(*fault);
    YAML::Node root = YAML::Load(text);
    if (!root.IsDefined() || root.IsNull()) return ConfigFault{file, 0, "is empty"};
    if (!root.IsMap()) return ConfigFault{file, 1, "must be a mapping of sections"};
    return root;
  } catch (const YAML::Exception& fault) {
    return ConfigFault{file, fault.mark.line + 1, "is not YAML: " + Printable(fault.msg, 200)};
  }
}

}  // namespace inferwire::config
