package torpor.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.bench.report.Report;
import torpor.bench.report.Section;
import torpor.bench.stage.Scale;

/// `./torpor bench`: runs the benchmarks named, or all of them; Markdown on stdout, progress on
/// stderr.
@Command(
    name = "bench",
    description = "Measure Torpor, each figure with its floor in the same run.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_USE = 2;

  @Option(names = "--quick", description = "a minute to see that all still runs; no real figures")
  private boolean quick;

  @Option(names = "--write", description = "write docs/benchmarks.md; all benchmarks, not quick")
  private boolean write;

  @Option(names = "--list", description = "name the benchmarks and end")
  private boolean list;

  @Option(
      names = "--directory",
      description = "on the disk to measure; by default target/bench of the checkout")
  private Optional<Path> directory = Optional.empty();

  @Parameters(paramLabel = "<name>", description = "only these")
  private List<String> names = new ArrayList<>();

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
  private final Path home = Path.of(System.getProperty("torpor.home", ""));

  public static void main(String[] arguments) {
    // The daemon's own settings are on the class path, too.
    System.setProperty("logback.configurationFile", "torpor/bench/logback.xml");
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (list) {
      Benchmarks.ALL.forEach(benchmark -> out.println(benchmark.name()));
      return 0;
    }
    List<Benchmark> chosen =
        Benchmarks.ALL.stream()
            .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
            .toList();
    if (chosen.size() < names.size()) {
      err.println("bench: there is no such benchmark; see --list");
      return WRONG_USE;
    }
    if (write && (quick || !names.isEmpty())) {
      err.println("bench: --write takes all benchmarks, in full");
      return WRONG_USE;
    }
    Runner runner =
        new Runner(
            directory.orElse(home.resolve("target").resolve("bench")),
            quick ? Scale.QUICK : Scale.FULL,
            what -> err.println("bench: " + what));
    List<Section> sections = new ArrayList<>();
    for (Benchmark benchmark : chosen) {
      Section section = runner.run(benchmark);
      sections.add(section);
      out.println(Report.section(section, Optional.empty()));
    }
    if (write) {
      writePage(sections);
    }
    return sections.stream().allMatch(section -> section.failure().isEmpty()) ? 0 : FAILED;
  }

  private void writePage(List<Section> sections) throws IOException {
    Path docs = home.resolve("docs");
    String page =
        Report.page(
            "./torpor bench --write",
            LocalDate.now(ZoneOffset.UTC),
            sections,
            explanations(docs.resolve("benchmarks-explained.md")));
    Files.writeString(docs.resolve("benchmarks.md"), page);
    err.println("bench: wrote docs/benchmarks.md");
  }

  /// Text below `## name` belongs to the benchmark of that name.
  private static Map<String, String> explanations(Path file) throws IOException {
    Map<String, String> byName = new TreeMap<>();
    if (!Files.exists(file)) {
      return byName;
    }
    String name = "";
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("## ")) {
        name = line.substring("## ".length()).strip();
      } else if (!name.isEmpty()) {
        byName.merge(name, line, (before, next) -> before + "\n" + next);
      }
    }
    return byName;
  }
}
