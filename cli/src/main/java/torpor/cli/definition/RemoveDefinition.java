package torpor.cli.definition;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;

@Command(
    name = "rm",
    description = "Remove one version of a definition that no job uses.",
    footerHeading = "%nExample:%n",
    footer = "  torpor definition rm crawler@2")
final class RemoveDefinition extends ClientCommand {
  @Parameters(paramLabel = "NAME@VERSION")
  private String reference = "";

  RemoveDefinition(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (reference.indexOf('@') < 0) {
      throw CommandFailure.usage(
          "which version of " + reference + "?",
          "write NAME@VERSION; torpor definition ls " + reference + " shows them");
    }
    DefinitionReference named = DefinitionReference.parse(reference);
    connection.delete(Route.of("definitions", named.name(), named.version()).toString());
    client().say("removed " + reference);
    return ExitCode.OK;
  }
}
