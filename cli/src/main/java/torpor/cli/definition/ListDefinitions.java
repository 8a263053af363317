package torpor.cli.definition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.Definition;
import torpor.wire.DefinitionPage;

@Command(
    name = "ls",
    aliases = "list",
    description = "List definitions, every version of each.",
    footerHeading = "%nExample:%n",
    footer = "  torpor definition ls crawler")
final class ListDefinitions extends ClientCommand {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "only this one")
  private Optional<String> name = Optional.empty();

  ListDefinitions(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    List<Definition> definitions = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      DefinitionPage page =
          connection
              .get(Route.of("definitions").with("name", name).with("cursor", cursor).toString())
              .as(DefinitionPage.class);
      definitions.addAll(page.definitions());
      cursor = page.nextCursor();
    } while (cursor.isPresent());
    client().print(definitions, table(definitions, Instant.now()));
    if (definitions.isEmpty()) {
      client().say("no definitions; torpor definition add FILE adds one");
    }
    return ExitCode.OK;
  }

  private static Table table(List<Definition> definitions, Instant now) {
    Table table = new Table("NAME", "VERSION", "RUNTIME", "ADDED");
    for (Definition definition : definitions) {
      table.row(
          definition.name(),
          definition.version(),
          definition.runtime(),
          Times.relative(definition.addedAt(), now));
    }
    return table;
  }
}
