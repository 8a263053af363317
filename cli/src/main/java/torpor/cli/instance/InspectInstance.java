package torpor.cli.instance;

import picocli.CommandLine.Command;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.output.PrettyJson;

@Command(
    name = "inspect",
    description = "Print everything about machines as JSON, a document for each.",
    footerHeading = "%nExample:%n",
    footer = "  torpor inspect web | jq .network.ip")
final class InspectInstance extends EachInstance {
  InspectInstance(Invocation invocation) {
    super(invocation);
  }

  /// As answered, also what this program does not know.
  @Override
  protected void act(Connection connection, String name) {
    String body = connection.get(InstanceRoutes.of(name).toString()).body();
    client().invocation().out().print(PrettyJson.of(body));
    client().invocation().out().flush();
  }
}
