package torpor.cli.instance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.output.Table;
import torpor.wire.ByteSizes;
import torpor.wire.Durations;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceStats;

@Command(
    name = "stats",
    description = "Print what machines use: all that run, or those named.",
    footerHeading = "%nExample:%n",
    footer = "  torpor stats web")
final class ShowStats extends ClientCommand {
  @Parameters(arity = "0..*", paramLabel = "NAME", description = "default: all that run")
  private List<String> names = List.of();

  ShowStats(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<String> asked = names.isEmpty() ? running(connection) : names;
    List<InstanceStats> stats = new ArrayList<>();
    for (String name : asked) {
      stats.add(
          connection.get(InstanceRoutes.of(name, "stats").toString()).as(InstanceStats.class));
    }
    client().print(stats, table(stats));
    if (stats.isEmpty()) {
      client().say("no machines run");
    }
    return ExitCode.OK;
  }

  private static List<String> running(Connection connection) {
    return Instances.list(connection).stream()
        .filter(instance -> instance.state().equals("Running"))
        .map(Instance::id)
        .toList();
  }

  private static Table table(List<InstanceStats> stats) {
    Table table = new Table("NAME", "CPUS", "CPU TIME", "MEMORY", "OF", "RECEIVED", "SENT");
    for (InstanceStats one : stats) {
      table.row(
          one.instanceName(),
          Integer.toString(one.allocatedVcpus()),
          Durations.format(Duration.ofMillis(Math.round(one.cpuSeconds() * 10) * 100)),
          ByteSizes.format(one.memoryRssBytes()),
          ByteSizes.format(one.allocatedMemoryBytes()),
          ByteSizes.format(one.networkRxBytes()),
          ByteSizes.format(one.networkTxBytes()));
    }
    return table;
  }
}
