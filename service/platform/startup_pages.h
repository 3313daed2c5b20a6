// Memory of the process that only its start has needed.
#pragma once

namespace inferwire::platform {

// Gives back what the heap no longer uses, and unmaps the pages of program code: what runs again is
// mapped again from the page cache. Once, after the start.
void GiveBackStartupPages();

}  // namespace inferwire::platform
