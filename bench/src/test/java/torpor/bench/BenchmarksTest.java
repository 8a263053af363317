package torpor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import torpor.bench.machines.MachineHost;
import torpor.bench.measure.Finding;
import torpor.bench.report.Report;
import torpor.bench.report.Section;
import torpor.bench.stage.Postgresql;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;

class BenchmarksTest {
  static Stream<String> names() {
    return Benchmarks.ALL.stream().map(Benchmark::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyBenchmarkYieldsAFigureAndASectionOfTheReport(String name, @TempDir Path directory)
      throws IOException {
    Benchmark benchmark =
        Benchmarks.ALL.stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
    Section section = new Runner(directory, Scale.QUICK, _ -> {}).run(benchmark);
    Assumptions.assumeFalse(
        section
            .failure()
            .filter(why ->
                why.contains(Postgresql.CANNOT_START) || why.contains(MachineHost.CANNOT_RUN))
            .isPresent(),
        () -> section.failure().orElse(""));
    assertThat(section.failure()).isEmpty();
    assertThat(section.findings())
        .isNotEmpty()
        .allSatisfy(finding -> {
          assertThat(finding.value().value()).isFinite().isNotNegative();
          assertThat(finding.figures()).isNotEmpty();
        });
    assertThat(directory).isEmptyDirectory();
    assertThat(Report.section(section, Optional.of("Because.")))
        .contains("## " + name, section.findings().getFirst().what(), "Because.");
  }

  @Test
  void namesAreUnique() {
    assertThat(names().toList()).doesNotHaveDuplicates().hasSizeGreaterThan(5);
  }

  @Test
  void aBenchmarkThatFailsIsReportedAndDoesNotEndTheRun(@TempDir Path directory)
      throws IOException {
    Benchmark broken =
        new Benchmark() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public String about() {
            return "Fails.";
          }

          @Override
          public List<Finding> run(Workbench bench) {
            throw new IllegalStateException("no such luck");
          }
        };
    Section section = new Runner(directory, Scale.QUICK, _ -> {}).run(broken);
    assertThat(section.failure())
        .hasValueSatisfying(why -> assertThat(why).contains("no such luck"));
    assertThat(Report.section(section, Optional.empty())).contains("Not measured", "no such luck");
  }
}
