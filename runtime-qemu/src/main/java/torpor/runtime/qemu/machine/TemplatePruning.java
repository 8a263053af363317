package torpor.runtime.qemu.machine;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// Which templates are not worth their space. Pure.
final class TemplatePruning {
  /// A template takes some 60 MiB, and is made anew in a second.
  static final int MOST = 32;

  static final Duration UNUSED = Duration.ofDays(14);

  private TemplatePruning() {}

  /// @param fits whether machines that are made now could be made of it
  record Kept(Path directory, boolean fits, Instant used) {}

  static List<Path> superfluous(List<Kept> templates, Instant now) {
    List<Path> wanted =
        templates.stream()
            .filter(Kept::fits)
            .filter(template -> template.used().isAfter(now.minus(UNUSED)))
            .sorted(Comparator.comparing(Kept::used).reversed())
            .limit(MOST)
            .map(Kept::directory)
            .toList();
    return templates.stream().map(Kept::directory).filter(each -> !wanted.contains(each)).toList();
  }
}
