package io.inferwire.client;

/** JSON that is no value of a type. The message has the place, never what stands there. */
final class DoesNotFit extends RuntimeException {
  private static final long serialVersionUID = 1;

  DoesNotFit(String path, String what) {
    this(path, what, null);
  }

  DoesNotFit(String path, String what, Throwable cause) {
    super((path.isEmpty() ? "the answer" : path) + " " + what, cause);
  }
}
