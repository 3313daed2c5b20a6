package io.inferwire.client;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.function.Supplier;

/** Many messages there, one back. A message is asked for only when gRPC has room for it. */
final class Uploads<Q, R> extends ClientCall.Listener<R> {
  private R response;
  private Status status;
  private Metadata trailers;

  private Uploads() {}

  /** next: null when there are no more. */
  static <Q, R> R send(ClientCall<Q, R> call, Q first, Supplier<Q> next) {
    Uploads<Q, R> upload = new Uploads<>();
    call.start(upload, new Metadata());
    call.request(2); // the answer, and the one too many that would be a fault
    try {
      for (Q message = first; message != null; message = next.get()) {
        if (!upload.awaitRoom(call)) {
          break; // the call is over: its status says why
        }
        call.sendMessage(message);
      }
      call.halfClose();
      return upload.await();
    } catch (InterruptedException e) {
      call.cancel("interrupted", e);
      Thread.currentThread().interrupt();
      throw InferwireException.fromGrpc(Status.CANCELLED.withDescription("interrupted"), null);
    } catch (RuntimeException e) {
      call.cancel("the caller's items failed", e); // without effect on a call that has ended
      throw e;
    }
  }

  private synchronized boolean awaitRoom(ClientCall<?, ?> call) throws InterruptedException {
    while (status == null && !call.isReady()) {
      wait();
    }
    return status == null;
  }

  private synchronized R await() throws InterruptedException {
    while (status == null) {
      wait();
    }
    if (!status.isOk()) {
      throw InferwireException.fromGrpc(status, trailers);
    }
    if (response == null) {
      throw InferwireException.cutShort();
    }
    return response;
  }

  @Override
  public synchronized void onReady() {
    notifyAll();
  }

  @Override
  public synchronized void onMessage(R message) {
    response = message;
  }

  @Override
  public synchronized void onClose(Status ended, Metadata with) {
    status = ended;
    trailers = with;
    notifyAll();
  }
}
