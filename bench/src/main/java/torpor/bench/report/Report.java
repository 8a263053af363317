package torpor.bench.report;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import torpor.bench.measure.Bar;
import torpor.bench.measure.Figure;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Host;
import torpor.bench.measure.Numbers;

/// Findings as Markdown.
public final class Report {
  /// Above this load of the last minute before a benchmark, its figures are not to be trusted.
  private static final double QUIET = 0.5;

  private Report() {}

  /// The whole page.
  ///
  /// @param command how it was made
  /// @param explanations by the name of the benchmark; put below its table
  public static String page(
      String command, LocalDate date, List<Section> sections, Map<String, String> explanations) {
    return """
    # Benchmarks

    Made by `%s` on %s; %s.

    Every ratio is taken in one run: subject and floor take turns (ABBA), the median of the \
    pairs counts, in brackets the 95 %% bootstrap interval. A bar counts as met only where the \
    whole interval is on its good side. `fsync/s` is what one thread gets out of the disk with \
    4 KiB writes, before and after.

    %s

    %s
    """
        .formatted(
            command,
            date,
            host(),
            overview(sections),
            sections.stream()
                .map(section ->
                    section(section, Optional.ofNullable(explanations.get(section.name()))))
                .collect(Collectors.joining("\n")));
  }

  private static String host() {
    return "%d cores, Java %s, %s %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"),
            System.getProperty("os.name"),
            System.getProperty("os.version"));
  }

  private static String overview(List<Section> sections) {
    String rows =
        sections.stream()
            .flatMap(section -> section.findings().stream())
            .filter(finding -> finding.bar().isPresent())
            .map(finding ->
                "| %s | %s | %s | %s |"
                    .formatted(finding.what(), value(finding), bar(finding), verdict(finding)))
            .collect(Collectors.joining("\n"));
    return "| what | result | bar | |\n|---|---|---|---|\n" + rows;
  }

  /// One benchmark.
  ///
  /// @param explanation by people, of what the figures do not say
  public static String section(Section section, Optional<String> explanation) {
    return """
    ## %s

    %s

    %s

    %s%s
    """
        .formatted(
            section.name(),
            section.about().strip(),
            section.failure().map(why -> "Not measured: " + why).orElseGet(() -> table(section)),
            conditions(section),
            explanation.map(text -> "\n\n" + text.strip()).orElse(""));
  }

  private static String table(Section section) {
    return "| what | result | bar | | beside it |\n|---|---|---|---|---|\n"
        + section.findings().stream()
            .map(finding ->
                "| %s | %s | %s | %s | %s |"
                    .formatted(
                        finding.what(),
                        value(finding),
                        bar(finding),
                        verdict(finding),
                        finding.figures().stream()
                            .map(Report::figure)
                            .collect(Collectors.joining("; "))))
            .collect(Collectors.joining("\n"));
  }

  private static String value(Finding finding) {
    return Numbers.text(finding.value()) + " " + finding.unit();
  }

  private static String bar(Finding finding) {
    return finding.bar().map(bar -> bar.text(finding.unit())).orElse("");
  }

  private static String verdict(Finding finding) {
    return finding.bar().map(bar -> bar.verdict(finding.value())).map(Bar.Verdict::text).orElse("");
  }

  private static String figure(Figure figure) {
    return figure.what() + " " + figure.value();
  }

  private static String conditions(Section section) {
    Host before = section.before();
    Host after = section.after();
    return String.format(
        Locale.ROOT,
        "*%s; load %.1f before, %.1f after; fsync/s %s before, %s after.%s*",
        seconds(section.took()),
        before.load(),
        after.load(),
        Numbers.text(before.fsyncsPerSecond()),
        Numbers.text(after.fsyncsPerSecond()),
        before.load() > QUIET ? " **The host was not quiet: not to be quoted.**" : "");
  }

  private static String seconds(Duration took) {
    return String.format(Locale.ROOT, "took %d s", took.toSeconds());
  }
}
