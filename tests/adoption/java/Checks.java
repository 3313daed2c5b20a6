import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What the checks expect, and what the gateway's upstream, SIMULATOR, has seen of it. */
abstract class Checks {
  private static final String SIMULATOR = System.getenv("SIMULATOR");

  static void must(boolean holds, Object what) {
    if (!holds) {
      throw new IllegalStateException(String.valueOf(what));
    }
  }

  static <T extends Throwable> T failure(Class<T> type, Supplier<?> call) {
    try {
      call.get();
    } catch (Throwable e) {
      Throwable what = e instanceof CompletionException ? e.getCause() : e;
      if (type.isInstance(what)) {
        return type.cast(what);
      }
      throw new IllegalStateException("failed otherwise", e);
    }
    throw new IllegalStateException("it did not fail with " + type);
  }

  static long counter(String name) {
    try {
      URI uri = URI.create(SIMULATOR.replaceFirst("/v1$", "") + "/simulator/stats");
      String stats =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      return Long.parseLong(stats.replaceAll("(?s).*?\"" + name + "\":\\s*(\\d+).*", "$1"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** The simulator counts when it notices, which is not at once. */
  static void becomes(String name, Predicate<Long> wanted) throws InterruptedException {
    long end = System.nanoTime() + 10_000_000_000L;
    while (!wanted.test(counter(name))) {
      must(System.nanoTime() < end, name + " is " + counter(name));
      Thread.sleep(20);
    }
  }
}
