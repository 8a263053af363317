package torpor.daemon.command;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.OutputOptions;
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
      description = "Print every setting as `serve` would take it; secrets are hidden.",
      footerHeading = "%nExample:%n",
      footer = "  torpor config show --origin")
  private static final class Show implements Callable<Integer> {
    @Mixin private final SettingsOptions options;

    @Mixin private final OutputOptions output;

    @Option(names = "--origin", description = "also where each value came from; JSON always has it")
    private boolean origin;

    Show(Invocation invocation) {
      this.output = new OutputOptions(invocation);
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
      output.print(ShownSettings.of(valid.values()), table);
      return ExitCode.OK;
    }
  }
}
