package torpor.runtime.process.program;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What each process of a program may use at most, as the kernel counts it (setrlimit(2)).
///
/// @param memory bytes of private writable memory; more is refused to the program, which most
///   programs answer by ending
/// @param cpuTime processor time of one process, whole seconds; after it comes SIGXCPU, a little
///   later SIGKILL
/// @param files open files
/// @param processes processes and threads of the user it runs as, all programs taken together; not
///   enforced for root
public record Limits(
    OptionalLong memory, Optional<Duration> cpuTime, OptionalInt files, OptionalInt processes) {
  public static final Limits NONE =
      new Limits(OptionalLong.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

  /// Between the signal a program can catch and the one it cannot.
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  /// As `prlimit(1)` takes them, each with the key it comes from.
  public List<Option> options() {
    List<Option> options = new ArrayList<>();
    memory.ifPresent(bytes -> options.add(new Option("memory", "--data=" + bytes)));
    cpuTime.ifPresent(time ->
        options.add(
            new Option(
                "cpu_time",
                "--cpu=" + time.toSeconds() + ":" + time.plus(LAST_WORDS).toSeconds())));
    files.ifPresent(count -> options.add(new Option("files", "--nofile=" + count)));
    processes.ifPresent(count -> options.add(new Option("processes", "--nproc=" + count)));
    return List.copyOf(options);
  }

  public record Option(String key, String text) {}
}
