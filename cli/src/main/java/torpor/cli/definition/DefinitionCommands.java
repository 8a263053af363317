package torpor.cli.definition;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import torpor.cli.Invocation;

/// The noun `definition`.
public final class DefinitionCommands {
  private DefinitionCommands() {}

  @Command(
      name = "definition",
      aliases = {"definitions", "def"},
      description = "Add, list, show and remove descriptions of jobs.",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new Noun())
        .addSubcommand(new AddDefinition(invocation))
        .addSubcommand(new ListDefinitions(invocation))
        .addSubcommand(new ShowDefinition(invocation))
        .addSubcommand(new RemoveDefinition(invocation));
  }
}
