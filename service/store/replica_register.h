// Which replicas live, in PostgreSQL: each has a number of its own, 0 to 62, and says every second
// that it is there. Who has been silent for five seconds is gone, and his number is free.
#pragma once

#include <string>

#include "limits/lease_store.h"
#include "store/lease_connection.h"

namespace inferwire::store {

class ReplicaRegister {
 public:
  static constexpr int kSlots = 63;

  // replica: the name of this one; of one process, and never used again.
  ReplicaRegister(LeaseConnection& connection, std::string replica);

  // An error if there are as many as there may be: this one then shares nothing.
  Result<limits::ReplicaStanding> Beat();
  Result<void> Leave();

 private:
  LeaseConnection& connection_;
  const std::string replica_;
};

}  // namespace inferwire::store
