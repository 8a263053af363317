package torpor.cli.definition;

import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Details;
import torpor.cli.output.Times;
import torpor.wire.Definition;
import torpor.wire.Durations;

@Command(
    name = "show",
    description = "Show one definition; the latest version if none is named.",
    footerHeading = "%nExample:%n",
    footer = "  torpor definition show crawler@2")
final class ShowDefinition extends ClientCommand {
  @Parameters(paramLabel = "NAME[@VERSION]")
  private String reference = "";

  ShowDefinition(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    DefinitionReference named = DefinitionReference.parse(reference);
    Definition definition =
        connection
            .get(Route.of("definitions", named.name(), named.version()).toString())
            .as(Definition.class);
    client().print(definition, details(definition));
    return ExitCode.OK;
  }

  private static Details details(Definition definition) {
    return new Details()
        .line("name", definition.name())
        .line("version", definition.version())
        .line("runtime", definition.runtime())
        .line("config", definition.config().text())
        .line(
            "retry",
            "at most "
                + definition.retryPolicy().maxAttempts()
                + " attempts, from "
                + definition.retryPolicy().from())
        .line("timeout", definition.timeout().map(Durations::format))
        .line("snapshots kept", Integer.toString(definition.keepSnapshots()))
        .line(
            "metadata",
            definition.metadata().isEmpty() ? "-" : Details.pairs(definition.metadata()))
        .line("added", Times.exact(definition.addedAt(), Instant.now()));
  }
}
