// Takes the place of some of the kernel's calls in the statically linked gRPC (linker option
// --wrap, inferwire_static_grpc in static_libraries.cmake): what it sends in one turn goes out
// together, and callers' connections are closed without losing what is on its way.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "rpc/listener/lingering_close.h"
#include "rpc/listener/send_batch.h"

using inferwire::rpc::LingeringClose;
using inferwire::rpc::SendBatch;

// NOLINTBEGIN(bugprone-reserved-identifier): the names that the linker gives them
extern "C" {

ssize_t __real_sendmsg(int fd, const msghdr* message, int flags);
ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags);
int __real_shutdown(int fd, int how);
int __wrap_shutdown(int fd, int how);
int __real_close(int fd);
int __wrap_close(int fd);
int __real_epoll_ctl(int epoll, int operation, int fd, epoll_event* event);
int __wrap_epoll_ctl(int epoll, int operation, int fd, epoll_event* event);

ssize_t __wrap_sendmsg(int fd, const msghdr* message, int flags) {
  if (SendBatch::HoldBack(fd)) flags |= MSG_MORE;
  return __real_sendmsg(fd, message, flags);
}

int __wrap_shutdown(int fd, int how) {
  return __real_shutdown(fd, LingeringClose::OnShutdown(fd) ? SHUT_WR : how);
}

int __wrap_close(int fd) { return LingeringClose::OnClose(fd) ? 0 : __real_close(fd); }

int __wrap_epoll_ctl(int epoll, int operation, int fd, epoll_event* event) {
  if (operation == EPOLL_CTL_ADD) LingeringClose::OnEpollAdd(epoll, fd);
  return __real_epoll_ctl(epoll, operation, fd, event);
}

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
