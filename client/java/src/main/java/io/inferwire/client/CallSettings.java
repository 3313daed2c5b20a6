package io.inferwire.client;

import io.grpc.Metadata;
import java.time.Duration;

/**
 * How one call is made. Immutable but for the metadata, which is the caller's.
 *
 * @param timeout until when the call has to have ended; null: the client's default for this kind of
 *     call
 * @param metadata gRPC headers of the call; not null, and not changed here
 * @param idempotencyKey of calls to a model: one that is sent again with the same key gets the
 *     first one's answer and costs nothing; empty: none
 */
public record CallSettings(Duration timeout, Metadata metadata, String idempotencyKey) {
  /**
   * Settings without an idempotency key.
   *
   * @param timeout null: the client's default for this kind of call
   * @param metadata gRPC headers of the call; not null
   */
  public CallSettings(Duration timeout, Metadata metadata) {
    this(timeout, metadata, "");
  }

  /**
   * The client's default timeout, no metadata, no idempotency key.
   *
   * @return new ones: their metadata may be changed
   */
  public static CallSettings defaults() {
    return new CallSettings(null, new Metadata());
  }

  /**
   * The defaults, but for the timeout.
   *
   * @param timeout until when the call has to have ended; null: the client's default
   * @return new ones: their metadata may be changed
   */
  public static CallSettings timeout(Duration timeout) {
    return new CallSettings(timeout, new Metadata());
  }

  /**
   * The same settings with a key.
   *
   * @param key printable ASCII, chosen by the caller for one piece of work, e.g. order-4711; empty:
   *     none
   * @return a copy that shares the metadata
   */
  public CallSettings withIdempotencyKey(String key) {
    return new CallSettings(timeout, metadata, key);
  }
}
