package torpor.cli.instance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.Invocation;
import torpor.cli.ProgramOptions;
import torpor.cli.QuantityOption;
import torpor.wire.RawJson;
import torpor.wire.WireJson;
import torpor.wire.instance.AutoStandby;
import torpor.wire.instance.InstanceRequest;
import torpor.wire.instance.NetworkRequest;

/// What a machine is to be, as options.
final class MachineOptions {
  private static final String NONE = "none";

  @Parameters(
      index = "0",
      paramLabel = "IMAGE",
      description = "such as nginx:alpine; from Docker Hub where it names no registry")
  private String image = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "CMD",
      description = "in place of the image's command; everything after IMAGE belongs to it")
  private List<String> command = List.of();

  @Option(names = "--name", paramLabel = "NAME", description = "default: the image's and letters")
  private Optional<String> name = Optional.empty();

  @Option(
      names = {"-p", "--publish"},
      paramLabel = "[ADDRESS:]PORT:PORT[/udp]",
      description = "a port of the host that leads to one inside")
  private List<String> ports = List.of();

  @Mixin private final ProgramOptions program = new ProgramOptions();

  @Option(
      names = {"-m", "--memory"},
      paramLabel = "SIZE",
      description = "default 256MB")
  private Optional<String> memory = Optional.empty();

  @Option(names = "--cpus", paramLabel = "N", description = "processors; default 1")
  private Optional<Integer> cpus = Optional.empty();

  @Option(
      names = "--disk",
      paramLabel = "SIZE",
      description = "the most that it may write; default 10GB")
  private Optional<String> disk = Optional.empty();

  @Option(
      names = "--entrypoint",
      paramLabel = "PROGRAM",
      description = "in place of the image's; then its command is not used either")
  private Optional<String> entrypoint = Optional.empty();

  @Option(
      names = {"-v", "--volume"},
      paramLabel = "VOLUME:/PATH[:ro|overlay]",
      description = "a volume; overlay is read-only with a private layer for what is written")
  private List<String> volumes = List.of();

  @Option(
      names = "--restart",
      paramLabel = "POLICY",
      description = "no, always, on-failure, or on-failure:N for at most N tries; default no")
  private Optional<String> restart = Optional.empty();

  @Option(names = "--ttl", paramLabel = "DURATION", description = "delete it after this long")
  private Optional<String> ttl = Optional.empty();

  @Option(
      names = "--idle-standby",
      paramLabel = "DURATION",
      description = "standby after so long without a connection; the next one wakes it")
  private Optional<String> idleStandby = Optional.empty();

  @Option(
      names = {"--network", "--net"},
      paramLabel = "NAME",
      description = "machines of one network reach each other; none is no network at all")
  private Optional<String> network = Optional.empty();

  @Option(names = "--no-network", description = "the same as --network none")
  private boolean noNetwork;

  @Option(
      names = "--egress",
      paramLabel = "WHERE",
      split = ",",
      description = "where it may go: all, none, or ranges as 192.0.2.0/24; default all")
  private List<String> egress = List.of();

  @Option(names = "--download", paramLabel = "RATE", description = "at most so fast to it: 10MB/s")
  private Optional<String> download = Optional.empty();

  @Option(names = "--upload", paramLabel = "RATE", description = "at most so fast from it")
  private Optional<String> upload = Optional.empty();

  @Mixin private final HealthOptions health = new HealthOptions();

  @Option(names = "--protect", description = "refuse to delete it")
  private boolean protect;

  @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "shown, not interpreted")
  private Map<String, String> tags = new LinkedHashMap<>();

  InstanceRequest request(Invocation invocation, RandomGenerator chance) {
    return new InstanceRequest(
        name.orElseGet(() -> InventedName.of(image, chance)),
        image,
        cpus,
        memory.map(text -> QuantityOption.size("--memory", text)),
        disk.map(text -> QuantityOption.size("--disk", text)),
        program.environment(invocation.environment()),
        Optional.of(command).filter(words -> !words.isEmpty()),
        entrypoint.map(List::of),
        program.workdir(),
        program.user(),
        network(),
        ports.stream().map(Arguments::port).toList(),
        volumes.stream().map(Arguments::volume).toList(),
        restart.map(Arguments::restart),
        health.check(),
        idleStandby.map(MachineOptions::autoStandby),
        ttl.map(text -> QuantityOption.duration("--ttl", text)),
        Optional.empty(),
        protect ? Optional.of(true) : Optional.empty(),
        tags,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private Optional<NetworkRequest> network() {
    boolean without = noNetwork || network.filter(NONE::equals).isPresent();
    boolean asUsual =
        network.isEmpty() && egress.isEmpty() && download.isEmpty() && upload.isEmpty();
    return !without && asUsual
        ? Optional.empty()
        : Optional.of(
            new NetworkRequest(
                without ? Optional.of(false) : Optional.empty(),
                Optional.empty(),
                download,
                upload,
                Optional.of(egress).filter(words -> !words.isEmpty()).map(MachineOptions::egress),
                without ? Optional.empty() : network));
  }

  private static RawJson egress(List<String> words) {
    boolean isWord = words.size() == 1 && (words.contains("all") || words.contains(NONE));
    return new RawJson(WireJson.write(isWord ? words.getFirst() : words));
  }

  private static AutoStandby autoStandby(String text) {
    return new AutoStandby(
        Optional.of(true),
        Optional.of(QuantityOption.duration("--idle-standby", text)),
        List.of(),
        List.of());
  }
}
