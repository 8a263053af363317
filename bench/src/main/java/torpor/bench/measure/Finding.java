package torpor.bench.measure;

import java.util.List;
import java.util.Optional;

/// One result: what was compared, what came out, and what was asked for.
///
/// @param unit `x` for a ratio to the floor
/// @param bar empty where nothing is asked of it
public record Finding(
    String what, Spread value, String unit, Optional<Bar> bar, List<Figure> figures) {
  public static final String RATIO = "x";

  public Finding {
    figures = List.copyOf(figures);
  }

  public static Finding ratio(String what, Spread value, Optional<Bar> bar, List<Figure> figures) {
    return new Finding(what, value, RATIO, bar, figures);
  }
}
