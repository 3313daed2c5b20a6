package io.inferwire.client;

import io.grpc.Metadata;
import java.time.Duration;

/**
 * Of one call. timeout: null means the client's default for this kind of call. idempotencyKey, of
 * calls to a model: one that is sent again with the same key gets the first one's answer and costs
 * nothing; empty means none.
 */
public record CallSettings(Duration timeout, Metadata metadata, String idempotencyKey) {
  public CallSettings(Duration timeout, Metadata metadata) {
    this(timeout, metadata, "");
  }

  public static CallSettings defaults() {
    return new CallSettings(null, new Metadata());
  }

  public static CallSettings timeout(Duration timeout) {
    return new CallSettings(timeout, new Metadata());
  }

  public CallSettings withIdempotencyKey(String key) {
    return new CallSettings(timeout, metadata, key);
  }
}
