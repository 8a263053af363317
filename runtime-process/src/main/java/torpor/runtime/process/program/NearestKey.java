package torpor.runtime.process.program;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Guesses which key was meant.
final class NearestKey {
  private NearestKey() {}

  /// @param known at least one
  static String to(String unknown, List<String> known) {
    Map<String, Integer> distances =
        known.stream().collect(Collectors.toMap(key -> key, key -> distance(unknown, key)));
    return known.stream().min(Comparator.comparing(distances::get)).orElseThrow();
  }

  /// How many characters must be put in, taken out or changed (Levenshtein).
  private static int distance(String from, String to) {
    int[] above = new int[to.length() + 1];
    for (int column = 0; column < above.length; column++) {
      above[column] = column;
    }
    for (int row = 1; row <= from.length(); row++) {
      int[] line = new int[above.length];
      line[0] = row;
      for (int column = 1; column < line.length; column++) {
        int changed = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
        line[column] = Math.min(changed, 1 + Math.min(above[column], line[column - 1]));
      }
      above = line;
    }
    return above[to.length()];
  }
}
