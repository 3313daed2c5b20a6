package io.inferwire.client;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** The elements of lists that come in pages; the next page is asked for when it is needed. */
final class Pages<P, E> implements Iterator<E> {
  private final Function<String, P> ask;
  private final Function<P, List<E>> elements;
  private final Function<P, String> following;
  private Iterator<E> page = Collections.emptyIterator();
  private String token = ""; // null after the last page

  private Pages(Function<String, P> ask, Function<P, List<E>> elements, Function<P, String> following) {
    this.ask = ask;
    this.elements = elements;
    this.following = following;
  }

  static <P, E> Iterable<E> of(
      Function<String, P> ask, Function<P, List<E>> elements, Function<P, String> following) {
    return () -> new Pages<>(ask, elements, following);
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && token != null) {
      P next = ask.apply(token);
      page = elements.apply(next).iterator();
      String after = following.apply(next);
      token = after.isEmpty() ? null : after;
    }
    return page.hasNext();
  }

  @Override
  public E next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }
}
