package torpor.runtime.wasm.guest;

import java.lang.ref.WeakReference;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/// Compiled modules: a bounded number, those used last, and besides them whatever guests still
/// hold. Thread-safe.
final class PreparedModules {
  private record Resident(PreparedModule module, long usedAt) {}

  private final int most;
  private final AtomicLong uses = new AtomicLong();
  private final ConcurrentMap<String, Resident> resident = new ConcurrentHashMap<>();

  /// A guest holds its module, so one in use is found here though it is not resident.
  private final ConcurrentMap<String, WeakReference<PreparedModule>> known =
      new ConcurrentHashMap<>();

  PreparedModules(int most) {
    this.most = most;
  }

  Optional<PreparedModule> get(String digest) {
    WeakReference<PreparedModule> reference = known.get(digest);
    Optional<PreparedModule> found =
        Optional.ofNullable(reference == null ? null : reference.get());
    found.ifPresent(this::use);
    return found;
  }

  /// The module to use: this one, or an equal one that another thread made meanwhile.
  PreparedModule keep(PreparedModule made) {
    PreparedModule[] kept = {made};
    known.values().removeIf(reference -> reference.refersTo(null));
    known.compute(
        made.digest(),
        (_, reference) -> {
          PreparedModule earlier = reference == null ? null : reference.get();
          if (reference != null && earlier != null) {
            kept[0] = earlier;
            return reference;
          }
          return new WeakReference<>(made);
        });
    use(kept[0]);
    return kept[0];
  }

  private void use(PreparedModule module) {
    resident.put(module.digest(), new Resident(module, uses.incrementAndGet()));
    while (resident.size() > most) {
      resident.entrySet().stream()
          .min(Comparator.comparingLong(entry -> entry.getValue().usedAt()))
          .map(Map.Entry::getKey)
          .ifPresent(resident::remove);
    }
  }

  /// The digests of those that stay without a guest.
  Set<String> resident() {
    return Set.copyOf(resident.keySet());
  }
}
