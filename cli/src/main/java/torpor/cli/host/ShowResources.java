package torpor.cli.host;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;
import torpor.wire.ByteSizes;
import torpor.wire.host.Resources;
import torpor.wire.host.Resources.Allocation;
import torpor.wire.host.Resources.Status;

@Command(
    name = "resources",
    description = {
      "Print what this host has, what may be given to machines, and who has it.",
      "cpu is processors, network is addresses. RATIO is what may be given over what the host has: above 1 where not"
          + " all machines take all of theirs at once. SETTING is what changes it."
    },
    footerHeading = "%nExample:%n",
    footer = "  torpor resources")
public final class ShowResources extends ClientCommand {
  private static final String BYTES = "memory disk";

  public ShowResources(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Resources resources = connection.get(Route.of("resources").toString()).as(Resources.class);
    client().print(resources, totals(resources) + "\n" + machines(resources.allocations()));
    if (!resources.enforcement().enforced()) {
      client().say(resources.enforcement().detail());
    }
    return ExitCode.OK;
  }

  private static Table totals(Resources resources) {
    Table table = new Table("WHAT", "HOST HAS", "TO GIVE", "GIVEN", "FREE", "RATIO", "SETTING");
    for (Status status :
        List.of(resources.cpu(), resources.memory(), resources.disk(), resources.network())) {
      table.row(
          status.type(),
          amount(status.type(), status.capacity()),
          amount(status.type(), status.effectiveLimit()),
          amount(status.type(), status.allocated()),
          amount(status.type(), status.available()),
          String.format(Locale.ROOT, "%.2f", status.oversubRatio()),
          status.setting());
    }
    return table;
  }

  private static Table machines(List<Allocation> allocations) {
    Table table = new Table("NAME", "CPUS", "MEMORY", "DISK");
    for (Allocation one : allocations) {
      table.row(
          one.instanceName(),
          Integer.toString(one.cpu()),
          ByteSizes.format(one.memoryBytes()),
          ByteSizes.format(one.diskBytes()));
    }
    return table;
  }

  private static String amount(String type, long value) {
    return BYTES.contains(type) ? ByteSizes.format(value) : Long.toString(value);
  }
}
