#include "app/revision.h"

namespace inferwire::app {

std::string_view Revision() { return INFERWIRE_REVISION; }

}  // namespace inferwire::app
