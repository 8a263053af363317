package torpor.bench.machines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import torpor.bench.http.KeepAlive;
import torpor.bench.process.ChildJvm;
import torpor.bench.stage.Scale;
import torpor.bench.stage.Workbench;
import torpor.daemon.command.ServeCommand;
import torpor.wire.WireJson;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceSnapshot;

/// A daemon whose machines are measured, and one caller of its API. For one thread.
final class Farm implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_NANOS = 2_000_000;
  private static final long SILENT_NANOS = 10_000_000_000L;
  private static final String INSTANCES = "/v1/instances/";

  /// What the first daemon found out about this host, so that no later one tries for seconds.
  private static final AtomicReference<Optional<String>> KVM =
      new AtomicReference<>(Optional.empty());

  private final ChildJvm process;
  private final Path data;
  private final SocketAddress address;
  private final String image;
  private KeepAlive connection;
  private long answered = System.nanoTime();

  private Farm(ChildJvm process, Path data, SocketAddress address, String image)
      throws IOException {
    this.process = process;
    this.data = data;
    this.address = address;
    this.image = image;
    this.connection = new KeepAlive(address);
  }

  static Farm start(Workbench bench) throws IOException {
    var _ = MachineHost.demand();
    bench.say("making an image, starting a daemon");
    return start(bench, "d", GuestImage.in(bench.directory("image")), List.of());
  }

  /// @param name of its data directory; short, since machines' sockets lie below it, and the path
  ///   of a socket is
  /// @param settings others than usual, each as after `--set`
  static Farm start(Workbench bench, String name, String image, List<String> settings)
      throws IOException {
    MachineHost host = MachineHost.demand();
    Path data = Files.createDirectory(bench.root().resolve(name));
    Path found = Files.createDirectory(data.resolve("machines")).resolve("kvm");
    Optional<String> known = KVM.get();
    if (known.isPresent()) {
      Files.writeString(found, known.get());
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "serve",
                "--data",
                data.toString(),
                "--socket",
                bench.root().resolve("s" + name).toString(),
                "--listen",
                "127.0.0.1:0",
                "--store",
                "sqlite",
                "--node",
                "bench",
                "--set",
                "machines.kernel=" + host.kernels(),
                "--set",
                "machines.cpus=64",
                "--set",
                "network.pool=" + pool()));
    settings.forEach(setting -> words.addAll(List.of("--set", setting)));
    ChildJvm process =
        ChildJvm.start(
            List.of("-XX:-DontCompileHugeMethods", "-XX:+UseG1GC", "-Xss8m"),
            "torpor.daemon.Main",
            words,
            ServeCommand.READY);
    try {
      process.awaitReady();
      KVM.set(Files.exists(found) ? Optional.of(Files.readString(found)) : Optional.empty());
      Matcher said = LISTENING.matcher(String.join("\n", process.said()));
      if (!said.find()) {
        throw new IOException("the daemon does not say where it listens: " + process.said());
      }
      URI address = URI.create(said.group(1));
      return new Farm(
          process, data, new InetSocketAddress(address.getHost(), address.getPort()), image);
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /// Where nobody is as a rule.
  private static String pool() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return "10.%d.%d.0/20".formatted(random.nextInt(208, 213), 16 * random.nextInt(16));
  }

  private String call(String method, String path, String body) throws IOException {
    KeepAlive.Answer answer = ask(method, path, body);
    if (answer.status() / 100 != 2) {
      throw new IOException(
          "%s %s was answered %d: %s".formatted(method, path, answer.status(), answer.body()));
    }
    return answer.body();
  }

  /// The daemon hangs up on who has been silent for long.
  private KeepAlive.Answer ask(String method, String path, String body) throws IOException {
    if (System.nanoTime() - answered > SILENT_NANOS) {
      connection.close();
      connection = new KeepAlive(address);
    }
    KeepAlive.Answer answer = connection.call(method, path, body);
    answered = System.nanoTime();
    return answer;
  }

  /// Returns when it runs.
  Instance create(String name, int mebibytes, int tickMillis) throws IOException {
    return create(name, mebibytes, GuestImage.command(tickMillis));
  }

  /// Returns when it runs.
  Instance create(String name, int mebibytes, List<String> command) throws IOException {
    String wish =
        """
        {"name":"%s","image":%s,"cmd":%s,"size":"%dMB","overlay_size":"64MB","wait":true}\
        """
            .formatted(name, WireJson.write(image), WireJson.write(command), mebibytes);
    call("POST", INSTANCES.substring(0, INSTANCES.length() - 1) + "?timeout=50s", wish);
    return awaitState(name, "Running");
  }

  /// Sees to it that what is created from now on is made from a template. A run that is only to
  /// show that everything works does without.
  void makeTemplates(Scale scale, int mebibytes) throws IOException {
    if (scale.rounds() > 1) {
      create("first", mebibytes, 1_000);
      awaitTemplates();
      delete("first");
    }
  }

  /// What it took, in milliseconds, until the program of a new machine had said something.
  double createToTick(String name, int mebibytes, int tickMillis) throws IOException {
    Set<Path> before = directories();
    long began = System.nanoTime();
    CompletableFuture<Ticks.Tick> first =
        Ticks.first(() ->
            directories().stream()
                .filter(directory -> !before.contains(directory))
                .findFirst()
                .map(directory -> directory.resolve("vm/1/serial.log")));
    var _ = create(name, mebibytes, tickMillis);
    return (first.join().at() - began) / 1e6;
  }

  private Set<Path> directories() {
    try (Stream<Path> all = Files.list(data.resolve("instances"))) {
      return all.collect(Collectors.toSet());
    } catch (IOException none) {
      return Set.of();
    }
  }

  /// @param millis from the request to the tick
  record Restored(double millis, Ticks.Tick tick) {}

  /// Restores a snapshot of a machine that is stopped, and sees it tick.
  Restored restoreToTick(Instance stopped, InstanceSnapshot snapshot) throws IOException {
    CompletableFuture<Ticks.Tick> first = Ticks.first(console(stopped, stopped.generation() + 1));
    long began = System.nanoTime();
    restore(stopped, snapshot);
    Ticks.Tick tick = first.join();
    return new Restored((tick.at() - began) / 1e6, tick);
  }

  /// Returns when it runs.
  Instance restore(Instance stopped, InstanceSnapshot snapshot) throws IOException {
    String body = "{\"snapshot\":\"%s\",\"allow_older\":true}".formatted(snapshot.id());
    return put(stopped.name(), "restore", body, "Running");
  }

  /// Ends it at once.
  Instance stop(String name) throws IOException {
    return put(name, "stop", "{\"grace\":\"0s\"}", "Stopped");
  }

  Instance show(String name) throws IOException {
    return WireJson.read(call("GET", INSTANCES + name, ""), Instance.class);
  }

  /// Asks for what is in the path, and waits until the instance is where that leads to.
  Instance put(String name, String verb, String state) throws IOException {
    return put(name, verb, "", state);
  }

  Instance put(String name, String verb, String body, String state) throws IOException {
    call("POST", INSTANCES + name + "/" + verb + "?timeout=50s", body);
    return awaitState(name, state);
  }

  private Instance awaitState(String name, String state) throws IOException {
    call("GET", "%s%s/wait?timeout=50s&state=%s".formatted(INSTANCES, name, state), "");
    Instance instance = show(name);
    if (!instance.state().equals(state)) {
      throw new IOException("%s did not become %s: %s".formatted(name, state, instance));
    }
    return instance;
  }

  /// Takes a snapshot of what goes on.
  InstanceSnapshot snapshot(String name) throws IOException {
    return WireJson.read(
        call("POST", INSTANCES + name + "/snapshots?timeout=50s", "{}"), InstanceSnapshot.class);
  }

  void drop(InstanceSnapshot snapshot) throws IOException {
    call("DELETE", "/v1/snapshots/" + snapshot.id(), "");
  }

  /// Forks of a snapshot, which run.
  List<Instance> fork(InstanceSnapshot of, String name, int count) throws IOException {
    String body =
        "{\"name\":\"%s\",\"count\":%d,\"allow_older\":true,\"target_state\":\"Running\"}"
            .formatted(name, count);
    String path = "/v1/snapshots/" + of.id() + "/fork?timeout=50s";
    List<Instance> forks = new ArrayList<>();
    String answer = call("POST", path, body);
    for (Instance fork : WireJson.read(answer, Instance[].class)) {
      forks.add(awaitState(fork.name(), "Running"));
    }
    return forks;
  }

  void delete(String name) throws IOException {
    call("DELETE", INSTANCES + name + "?timeout=50s", "");
    until(
        name + " is gone",
        () -> {
          try {
            return ask("GET", INSTANCES + name, "").status() == 404;
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  Path data() {
    return data;
  }

  Path directory(Instance instance) {
    return data.resolve("instances").resolve(ulid(instance));
  }

  /// Of one of its lives.
  Path life(Instance instance, int generation) {
    return directory(instance).resolve("vm").resolve(Integer.toString(generation));
  }

  Path console(Instance instance, int generation) {
    return life(instance, generation).resolve("serial.log");
  }

  Path snapshotDirectory(Instance instance, InstanceSnapshot snapshot) {
    return directory(instance).resolve("snapshots").resolve(Integer.toString(snapshot.number()));
  }

  private static String ulid(Instance instance) {
    return instance.id().substring(instance.id().indexOf('_') + 1);
  }

  /// Its QEMU.
  long process(Instance instance) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(path -> path.getFileName().toString().chars().allMatch(Character::isDigit))
          .filter(path -> commandLine(path).stream().anyMatch(word -> isMarked(word, instance)))
          .mapToLong(path -> Long.parseLong(path.getFileName().toString()))
          .findFirst()
          .orElseThrow(() -> new IOException(instance.name() + " has no process"));
    }
  }

  private static boolean isMarked(String word, Instance instance) {
    return word.startsWith("torpor-") && word.contains("-" + ulid(instance) + "-");
  }

  List<String> commandLine(Instance instance) throws IOException {
    return commandLine(Path.of("/proc", Long.toString(process(instance))));
  }

  private static List<String> commandLine(Path process) {
    try {
      String words = Files.readString(process.resolve("cmdline"), StandardCharsets.UTF_8);
      return List.of(words.split("\0", -1)).stream().filter(word -> !word.isEmpty()).toList();
    } catch (IOException gone) {
      return List.of();
    }
  }

  /// Removes every template, so that the next create boots.
  void forgetTemplates() throws IOException {
    Path templates = data.resolve("machines").resolve("templates");
    if (Files.exists(templates)) {
      Workbench.remove(templates);
      Files.createDirectory(templates);
    }
  }

  /// Waits until both templates are there that a first create wishes for.
  void awaitTemplates() {
    until("the templates are made", () -> templates() == 2);
  }

  private long templates() {
    try (Stream<Path> made = Files.list(data.resolve("machines").resolve("templates"))) {
      return made.filter(template -> !template.getFileName().toString().startsWith("new-"))
          .filter(template -> Files.exists(template.resolve("manifest.json")))
          .count();
    } catch (IOException notYet) {
      return 0;
    }
  }

  static void until(String what, BooleanSupplier there) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!there.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("waited in vain until " + what);
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  /// With all of its instances.
  @Override
  public void close() throws IOException {
    try (process) {
      for (Instance left : WireJson.read(call("GET", "/v1/instances", ""), Instance[].class)) {
        delete(left.name());
      }
    } finally {
      connection.close();
    }
  }
}
