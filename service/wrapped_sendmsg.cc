// Takes the place of sendmsg() in the statically linked gRPC (linker option --wrap).
#include <sys/socket.h>
#include <sys/types.h>

#include "rpc/send_batch.h"

extern "C" {

ssize_t __real_sendmsg(int fd, const msghdr* message, int flags);
ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags);

ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags) {
  if (llmgate::rpc::SendBatch::HoldBack(fd)) flags |= MSG_MORE;
  return __real_sendmsg(fd, message, flags);
}

}  // extern "C"
