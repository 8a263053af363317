package torpor.cli.key;

import java.time.Instant;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.Key;
import torpor.wire.KeyCreated;
import torpor.wire.KeyPage;
import torpor.wire.KeyRequest;
import torpor.wire.WireJson;

/// The noun `key`.
public final class KeyCommands {
  private KeyCommands() {}

  @Command(
      name = "key",
      aliases = "keys",
      description = "Create, list and remove API keys.",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new Noun())
        .addSubcommand(new CreateKey(invocation))
        .addSubcommand(new ListKeys(invocation))
        .addSubcommand(new RemoveKey(invocation));
  }

  private static List<Key> keys(Connection connection) {
    return connection.get(Route.of("keys").toString()).as(KeyPage.class).keys();
  }

  @Command(
      name = "create",
      description = "Create a key and print it, this once; use it as TORPOR_API_KEY.",
      footerHeading = "%nExample:%n",
      footer = "  torpor key create laptop")
  private static final class CreateKey extends ClientCommand {
    @Parameters(paramLabel = "NAME", description = "what it is for")
    private String name = "";

    CreateKey(Invocation invocation) {
      super(invocation);
    }

    @Override
    protected int run(Connection connection) {
      KeyCreated created =
          connection
              .post(Route.of("keys").toString(), WireJson.write(new KeyRequest(name)))
              .as(KeyCreated.class);
      client().print(created, created.key() + "\n");
      client().say("key " + created.id() + " created; it is shown only now");
      return ExitCode.OK;
    }
  }

  @Command(
      name = "ls",
      aliases = "list",
      description = "List keys, without their secrets.",
      footerHeading = "%nExample:%n",
      footer = "  torpor key ls")
  private static final class ListKeys extends ClientCommand {
    ListKeys(Invocation invocation) {
      super(invocation);
    }

    @Override
    protected int run(Connection connection) {
      List<Key> keys = keys(connection);
      Table table = new Table("ID", "NAME", "CREATED");
      keys.forEach(
          key -> table.row(key.id(), key.name(), Times.relative(key.createdAt(), Instant.now())));
      client().print(keys, table);
      return ExitCode.OK;
    }
  }

  @Command(
      name = "rm",
      description = "Remove a key; it opens nothing from then on.",
      footerHeading = "%nExample:%n",
      footer = "  torpor key rm 01kah0000000000000000000a1")
  private static final class RemoveKey extends ClientCommand {
    @Parameters(paramLabel = "ID")
    private String id = "";

    RemoveKey(Invocation invocation) {
      super(invocation);
    }

    @Override
    protected int run(Connection connection) {
      // Removing what is not there succeeds, and a name given for an id would seem revoked.
      if (keys(connection).stream().noneMatch(key -> key.id().equals(id))) {
        throw new CommandFailure(
            ExitCode.REFUSED,
            "no key was removed",
            "there is no key with the id " + id,
            "take the id from torpor key ls");
      }
      connection.delete(Route.of("keys", id).toString());
      client().say("removed key " + id);
      return ExitCode.OK;
    }
  }
}
