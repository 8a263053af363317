package torpor.daemon.config;

import java.util.function.Function;

/// A value read, or why it could not be.
sealed interface Parsed<T> {
  record Value<T>(T value) implements Parsed<T> {}

  /// @param what what is wrong, to follow the name of the key
  /// @param remedy what to write instead
  record Bad<T>(String what, String remedy) implements Parsed<T> {}

  static <T> Parsed<T> of(T value) {
    return new Value<>(value);
  }

  static <T> Parsed<T> bad(String what, String remedy) {
    return new Bad<>(what, remedy);
  }

  default <R> Parsed<R> then(Function<? super T, Parsed<R>> next) {
    return switch (this) {
      case Value<T>(T value) -> next.apply(value);
      case Bad<T>(String what, String remedy) -> bad(what, remedy);
    };
  }
}
