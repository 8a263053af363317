package torpor.api.fake;

import static torpor.api.fake.FakeDefinitions.done;
import static torpor.api.fake.FakeDefinitions.refused;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.core.refusal.Reply;
import torpor.engine.caller.IdempotentRequest;

/// Remembers what was answered to which idempotency key.
final class FakeIdempotency {
  private final Map<String, Remembered> remembered = new ConcurrentHashMap<>();

  private record Remembered(String fingerprint, Object answer) {}

  void clear() {
    remembered.clear();
  }

  boolean knows(IdempotentRequest request) {
    return remembered.containsKey(request.key());
  }

  /// Does `work` once for a key, and answers every time.
  <T> CompletionStage<Reply<T>> once(
      Optional<IdempotentRequest> idempotent, Supplier<Reply<?>> work, Function<Object, T> answer) {
    if (idempotent.isPresent()) {
      IdempotentRequest request = idempotent.orElseThrow();
      Remembered first = remembered.get(request.key());
      if (first != null) {
        return first.fingerprint().equals(request.fingerprint())
            ? done(answer.apply(first.answer()))
            : refused(
                Refusal.of(
                    RefusalCode.IDEMPOTENCY_KEY_REUSED,
                    "The key was used for another request",
                    "Use a new key."));
      }
    }
    return switch (work.get()) {
      case Reply.Done<?>(Object value) -> {
        idempotent.ifPresent(r -> remembered.put(r.key(), new Remembered(r.fingerprint(), value)));
        yield done(answer.apply(value));
      }
      case Reply.Refused<?>(Refusal refusal) -> refused(refusal);
    };
  }
}
