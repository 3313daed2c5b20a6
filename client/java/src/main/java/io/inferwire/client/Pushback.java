package io.inferwire.client;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * Given a delay, grpc-java repeats a call whatever it ended with: a call that was refused for a
 * minute would hang for a minute. Only UNAVAILABLE is to be repeated, as in every other language; of
 * all other calls the delay is told to the caller (InferwireException.retryAfter), who decides.
 */
final class Pushback extends ClientStreamTracer {
  private static final Metadata.Key<String> DELAY =
      Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

  static final ClientStreamTracer.Factory FACTORY =
      new ClientStreamTracer.Factory() {
        @Override
        public ClientStreamTracer newClientStreamTracer(StreamInfo info, Metadata headers) {
          return new Pushback();
        }
      };

  // Documented: changes are seen by whoever gets the trailers next.
  @Override
  public void inboundTrailers(Metadata trailers) {
    byte[] details = trailers.get(InferwireException.DETAILS);
    String delay = trailers.get(DELAY);
    if (details == null || delay == null || delay.startsWith("-")) {
      return;
    }
    try {
      int code = com.google.rpc.Status.parseFrom(details).getCode();
      if (code != Status.Code.UNAVAILABLE.value()) {
        trailers.discardAll(DELAY);
      }
    } catch (InvalidProtocolBufferException e) {
      trailers.discardAll(DELAY); // from elsewhere: it is not known what was refused
    }
  }
}
