package torpor.daemon.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/// How long each part took, in the order in which they were. Confined to one thread.
final class Stopwatch {
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private long began = System.nanoTime();

  /// Everything since the last call belongs to `part`.
  void lap(String part) {
    long now = System.nanoTime();
    seconds.merge(part, (now - began) / 1e9, Double::sum);
    began = now;
  }

  /// What was measured elsewhere, before this began.
  void before(String part, double duration) {
    seconds.put(part, duration);
  }

  double total() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  @Override
  public String toString() {
    var text = new StringBuilder();
    seconds.forEach((part, duration) -> text.append("  %-44s %6.1f s%n".formatted(part, duration)));
    return text.append("  %-44s %6.1f s%n".formatted("in all", total())).toString();
  }
}
