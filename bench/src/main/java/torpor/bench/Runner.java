package torpor.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import torpor.bench.measure.Finding;
import torpor.bench.measure.Host;
import torpor.bench.report.Section;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;

/// Runs one benchmark on a workbench of its own.
public final class Runner {
  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

  private final Path directory;
  private final Scale scale;
  private final Consumer<String> progress;

  /// @param directory on the disk to measure
  public Runner(Path directory, Scale scale, Consumer<String> progress) {
    this.directory = directory;
    this.scale = scale;
    this.progress = progress;
  }

  public Section run(Benchmark benchmark) throws IOException {
    Files.createDirectories(directory);
    Host before = Host.look(directory, scale.window());
    long began = System.nanoTime();
    List<Finding> findings = List.of();
    Optional<String> failure = Optional.empty();
    try (Workbench bench =
        new Workbench(directory, scale, what -> progress.accept(benchmark.name() + ": " + what))) {
      findings = benchmark.run(bench);
    } catch (Exception e) {
      LOG.error("{} could not be measured", benchmark.name(), e);
      failure = Optional.of(e.toString());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return new Section(
        benchmark.name(),
        benchmark.about(),
        findings,
        failure,
        before,
        Host.look(directory, scale.window()),
        took);
  }
}
