package torpor.daemon.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.output.Table;
import torpor.daemon.config.Configuration;

/// `torpor config`.
public final class ConfigCommand {
  private ConfigCommand() {}

  @Command(
      name = "config",
      description = "Look at the configuration.",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new Noun()).addSubcommand(new Show(invocation));
  }

  @Command(
      name = "show",
      description = "Print every setting as `serve` would take it; secrets are hidden.")
  private static final class Show implements Callable<Integer> {
    @Mixin private final SettingsOptions options;

    @Option(names = "--origin", description = "also where each value came from")
    private boolean origin;

    private final Invocation invocation;

    Show(Invocation invocation) {
      this.invocation = invocation;
      this.options = new SettingsOptions(invocation);
    }

    @Override
    public Integer call() {
      Configuration.Valid valid = options.loadValid();
      Table table = origin ? new Table("KEY", "VALUE", "ORIGIN") : new Table("KEY", "VALUE");
      for (Configuration.ShownValue value : valid.values()) {
        if (origin) {
          table.row(value.key(), value.value(), value.origin().toString());
        } else {
          table.row(value.key(), value.value());
        }
      }
      invocation.out().print(table);
      invocation.out().flush();
      return ExitCode.OK;
    }
  }
}
