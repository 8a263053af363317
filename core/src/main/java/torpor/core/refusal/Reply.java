package torpor.core.refusal;

import java.util.function.Function;

/// The outcome of a request: done, with its answer, or refused, with the reason.
public sealed interface Reply<T> {

  record Done<T>(T value) implements Reply<T> {}

  record Refused<T>(Refusal refusal) implements Reply<T> {}

  static <T> Reply<T> done(T value) {
    return new Done<>(value);
  }

  static <T> Reply<T> refused(Refusal refusal) {
    return new Refused<>(refusal);
  }

  default <R> Reply<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Done<T>(T value) -> done(change.apply(value));
      case Refused<T>(Refusal refusal) -> refused(refusal);
    };
  }
}
