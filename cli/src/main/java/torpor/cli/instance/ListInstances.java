package torpor.cli.instance;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.instance.Instance;
import torpor.wire.instance.PortMapping;

@Command(
    name = "ps",
    description = "List machines that run or can go on; with --all also stopped and failed ones.",
    footerHeading = "%nExample:%n",
    footer = "  torpor ps --filter state=standby --filter tag=team=web")
final class ListInstances extends ClientCommand {
  @Option(
      names = {"-a", "--all"},
      description = "also those that are stopped or failed")
  private boolean all;

  @Option(
      names = "--filter",
      paramLabel = "KEY=VALUE",
      description = "name=PART, image=PART, state=STATE or tag=KEY[=VALUE]; all must hold")
  private List<String> filters = List.of();

  ListInstances(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<InstanceFilter> wanted = filters.stream().map(InstanceFilter::parse).toList();
    // Who asks for a state wants to see it.
    boolean ended = all || wanted.stream().anyMatch(InstanceFilter::isAboutState);
    List<Instance> known = Instances.list(connection);
    List<Instance> instances =
        known.stream()
            .filter(instance -> ended || !Instances.hasEnded(instance))
            .filter(instance -> wanted.stream().allMatch(filter -> filter.matches(instance)))
            .toList();
    client().print(instances, table(instances, Instant.now()));
    if (instances.isEmpty()) {
      client().say(nothing(known, ended));
    }
    return ExitCode.OK;
  }

  private static String nothing(List<Instance> known, boolean ended) {
    if (known.isEmpty()) {
      return "no machines; torpor run -d IMAGE makes one";
    }
    return ended ? "no such machines" : "no such machines run; --all shows those that have ended";
  }

  private static Table table(List<Instance> instances, Instant now) {
    Table table = new Table("NAME", "ID", "IMAGE", "STATE", "SINCE", "HEALTH", "PORTS");
    for (Instance instance : instances) {
      String health = instance.healthStatus().status();
      table.row(
          instance.name(),
          instance.id(),
          instance.image(),
          state(instance),
          Times.relative(instance.currentPhaseSince(), now),
          health.equals("disabled") ? "-" : health,
          instance.ports().isEmpty()
              ? "-"
              : instance.ports().stream()
                  .map(ListInstances::port)
                  .collect(Collectors.joining(", ")));
    }
    return table;
  }

  private static String state(Instance instance) {
    String more =
        instance
            .operation()
            .or(() -> Instances.hasEnded(instance) ? code(instance) : Optional.empty())
            .map(text -> " (" + text + ")")
            .orElse("");
    return instance.state() + more;
  }

  private static Optional<String> code(Instance instance) {
    return instance.exitCode().map(code -> Integer.toString(code));
  }

  private static String port(PortMapping port) {
    return port.hostAddress().map(address -> address + ":").orElse("")
        + port.hostPort()
        + "->"
        + port.guestPort()
        + port.protocol().filter(p -> !p.equals("tcp")).map(p -> "/" + p).orElse("");
  }
}
