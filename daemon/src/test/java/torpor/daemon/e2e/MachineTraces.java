package torpor.daemon.e2e;

import static java.util.Locale.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import torpor.wire.instance.Instance;

/// What the machines of one data directory occupy on the host: processes, networks, directories.
///
/// @param mark by which its networks are named
record MachineTraces(Path data, String mark) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Reads the mark from the network of an instance that runs.
  ///
  /// @param instance its id
  static MachineTraces of(Path data, String instance) throws IOException, InterruptedException {
    String links = HostTools.run("ip", "-oneline", "link", "show");
    Matcher wire =
        Pattern.compile("^\\d+: tp([0-9a-z]{6})-\\d+.*alias torpor " + instance, Pattern.MULTILINE)
            .matcher(links);
    if (!wire.find()) {
      throw new AssertionError("no network of %s:%n%s".formatted(instance, links));
    }
    return new MachineTraces(data, wire.group(1));
  }

  /// The processes of QEMU.
  ///
  /// @param instance only those of this one; empty for all of the data directory
  static List<Long> processes(Path data, Optional<String> instance) throws IOException {
    List<Long> found = new ArrayList<>();
    String ulid = instance.map(id -> id.substring(id.indexOf('_') + 1)).orElse("");
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        String command = command(process);
        if (command.startsWith("qemu", command.lastIndexOf('/', command.indexOf('\0')) + 1)
            && command.contains(data.toString())
            && command.contains(ulid)) {
          found.add(Long.parseLong(String.valueOf(process.getFileName())));
        }
      }
    }
    return found;
  }

  /// Empty where the process is gone or has ended.
  private static String command(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  /// Whether a process of QEMU runs under this number.
  static boolean runs(long pid) {
    String command = command(Path.of("/proc", Long.toString(pid)));
    return command.contains("qemu");
  }

  /// Fails with everything that is left although no instance is.
  void demandNone() {
    Awaitility.await("nothing left of the instances")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() -> assertThat(left()).isEmpty());
  }

  /// The processes of QEMU of one.
  List<Long> processesOf(Instance instance) {
    try {
      return processes(data, Optional.of(instance.id()));
    } catch (IOException e) {
      throw new UncheckedIOException("look for processes", e);
    }
  }

  /// What is there that no instance accounts for, and what an instance lacks.
  List<String> wrong(List<Instance> instances) throws IOException, InterruptedException {
    List<String> wrong = new ArrayList<>();
    List<Long> strangers = processes(data, Optional.empty());
    List<String> homeless = new ArrayList<>(directories());
    int running = 0;
    for (Instance instance : instances) {
      List<Long> own = processesOf(instance);
      boolean runs = instance.state().equals("Running");
      running += runs ? 1 : 0;
      strangers.removeAll(own);
      if (own.size() != (runs ? 1 : 0)) {
        wrong.add("%s is %s with processes %s".formatted(instance.name(), instance.state(), own));
      }
      boolean had = homeless.removeIf(it -> instance.id().toUpperCase(ROOT).endsWith(it));
      if (had == instance.state().equals("Failed")) {
        wrong.add("%s is %s, directory: %s".formatted(instance.name(), instance.state(), had));
      }
    }
    strangers.forEach(pid -> wrong.add("process " + pid));
    homeless.forEach(directory -> wrong.add("directory " + directory));
    if (networks().size() != 2 * running) {
      wrong.add("a namespace and a wire for each of %d: %s".formatted(running, networks()));
    }
    try (Stream<Path> all = Files.find(data, 6, (file, _) -> isHalf(file))) {
      all.forEach(half -> wrong.add("half-made " + half));
    }
    return wrong;
  }

  private static boolean isHalf(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".staging-");
  }

  private List<String> directories() throws IOException {
    try (Stream<Path> all = Files.list(data.resolve("instances"))) {
      return all.map(it -> String.valueOf(it.getFileName()).toUpperCase(ROOT)).toList();
    }
  }

  private List<String> left() throws IOException, InterruptedException {
    List<String> left = new ArrayList<>();
    processes(data, Optional.empty()).forEach(pid -> left.add("process " + pid));
    left.addAll(networks());
    left.addAll(cgroups());
    HostTools.run("nft", "list", "tables")
        .lines()
        .filter(table -> table.contains(mark) && !table.equals("table ip torpor_" + mark))
        .forEach(left::add);
    directories().forEach(directory -> left.add("directory " + directory));
    Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .filter(mount -> mount.contains(data + "/"))
        .forEach(left::add);
    return left;
  }

  /// A cgroup has the name of its machine, and that the id of the data directory.
  private List<String> cgroups() throws IOException {
    String id = Files.readString(data.resolve("id")).strip();
    List<String> found = new ArrayList<>();
    Path top = Path.of("/sys/fs/cgroup");
    List<Path> parents = new ArrayList<>(List.of(top.resolve("torpor")));
    try (Stream<Path> trees = Files.list(top)) {
      trees.map(tree -> tree.resolve("torpor")).forEach(parents::add);
    }
    for (Path parent : parents.stream().filter(Files::isDirectory).toList()) {
      try (Stream<Path> all = Files.list(parent)) {
        all.filter(one -> one.toString().contains(id)).forEach(one -> found.add("cgroup " + one));
      }
    }
    return found;
  }

  private List<String> networks() throws IOException, InterruptedException {
    return Stream.concat(
            HostTools.run("ip", "netns", "list").lines().filter(it -> it.contains(mark)),
            HostTools.run("ip", "-oneline", "link").lines().filter(it -> it.contains("tp" + mark)))
        .toList();
  }

  /// Ends them all: what a failed test leaves must not outlive it. The daemon has ended.
  void removeAll() throws IOException, InterruptedException {
    for (long pid : processes(data, Optional.empty())) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    for (String line : HostTools.run("ip", "netns", "list").lines().toList()) {
      if (line.startsWith("torpor-" + mark + "-")) {
        HostTools.run("ip", "netns", "delete", line.split(" ", -1)[0]);
      }
    }
    if (HostTools.run("nft", "list", "tables").contains("table ip torpor_" + mark)) {
      HostTools.run("nft", "delete", "table", "ip", "torpor_" + mark);
    }
  }
}
