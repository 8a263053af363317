package torpor.testkit.sim;

import java.util.Locale;

/// A promise that a run found broken.
public record Violation(Promise promise, String what) {
  @Override
  public String toString() {
    String name = promise.name();
    int cut = name.indexOf('_');
    return "%s (%s): %s"
        .formatted(
            name.substring(0, cut),
            name.substring(cut + 1).toLowerCase(Locale.ROOT).replace('_', ' '),
            what);
  }
}
