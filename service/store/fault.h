// What a database refused or could not do -> Error. Statements and values are never quoted.
#pragma once

#include <string_view>

#include "base/error.h"

namespace inferwire::store {

enum class Fault {
  kFull,        // disk, quota or table space
  kLocked,      // somebody else holds it for too long
  kCorrupt,     // the file is not what it should be
  kConnection,  // the server is not there, or went away
  kIo,
  kLost,   // the lease is somebody else's now
  kWrong,  // our own mistake: a statement that the database does not understand
};
std::string_view Name(Fault fault);
// What the system says of a file: kFull (no block, no inode, a quota that is used up, a file that
// may not grow) or kIo.
Fault FaultOfErrno(int number);

// metadata["store_fault"] names the fault.
Error StoreError(Fault fault, std::string_view what);
bool IsFault(const Error& error, Fault fault);
// The store failed, whatever the fault, and not somebody's lease or request.
bool IsStoreFailure(const Error& error);

// Nobody knows whether it was done: the connection ended while it was being committed, and the
// database could not be asked. Not safe to retry.
Error OutcomeUnknown();
bool IsOutcomeUnknown(const Error& error);

// A text for the database that has a NUL byte.
Error TextWithNul();

}  // namespace inferwire::store
