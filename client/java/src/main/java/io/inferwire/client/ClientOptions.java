package io.inferwire.client;

import java.io.File;
import java.time.Duration;

/** How a client reaches its gateway. Every member has a default; the methods return copies. */
public record ClientOptions(
    Tls tls,
    String bearerToken,
    Duration timeout,
    Duration readTimeout,
    int maxMessageBytes,
    long retryBufferBytes,
    int maxAttempts,
    Duration keepaliveTime,
    Duration keepaliveTimeout) {

  /**
   * PEM files; null where there is none. No ca: the system's roots. cert and key go together: they
   * are the client's own identity (mutual TLS). serverName: the name that the server's certificate
   * must have, if it is not the target's.
   */
  public record Tls(File ca, File cert, File key, String serverName) {
    public static Tls systemRoots() {
      return new Tls(null, null, null, null);
    }
  }

  private static final int MEGABYTES = 1 << 20;

  public static ClientOptions defaults() {
    return new ClientOptions(
        null, "", Duration.ofSeconds(600), Duration.ofSeconds(30), 64 * MEGABYTES,
        64L * MEGABYTES, 0, Duration.ofSeconds(60), Duration.ofSeconds(20));
  }

  public ClientOptions withTls(Tls value) {
    return new ClientOptions(
        value, bearerToken, timeout, readTimeout, maxMessageBytes, retryBufferBytes, maxAttempts,
        keepaliveTime, keepaliveTimeout);
  }

  /**
   * An API key or other token, sent as "authorization: Bearer ..."; refused without TLS unless the
   * target is this machine. Empty: the environment's INFERWIRE_API_KEY, if there is one.
   */
  public ClientOptions withBearerToken(String value) {
    return new ClientOptions(
        tls, value, timeout, readTimeout, maxMessageBytes, retryBufferBytes, maxAttempts,
        keepaliveTime, keepaliveTimeout);
  }

  /** For calls that make a model work, and for calls that only read. */
  public ClientOptions withTimeouts(Duration work, Duration read) {
    return new ClientOptions(
        tls, bearerToken, work, read, maxMessageBytes, retryBufferBytes, maxAttempts,
        keepaliveTime, keepaliveTimeout);
  }

  public ClientOptions withMaxMessageBytes(int value) {
    return new ClientOptions(
        tls, bearerToken, timeout, readTimeout, value, retryBufferBytes, maxAttempts,
        keepaliveTime, keepaliveTimeout);
  }

  /**
   * Attempts of calls that may be repeated, the first one included; 1: never repeat; 0: as in
   * service_config.json. A request larger than the buffer is not repeated.
   */
  public ClientOptions withRetries(int attempts, long bufferBytes) {
    return new ClientOptions(
        tls, bearerToken, timeout, readTimeout, maxMessageBytes, bufferBytes, attempts,
        keepaliveTime, keepaliveTimeout);
  }

  public ClientOptions withKeepalive(Duration time, Duration timeoutOfIt) {
    return new ClientOptions(
        tls, bearerToken, timeout, readTimeout, maxMessageBytes, retryBufferBytes, maxAttempts,
        time, timeoutOfIt);
  }
}
