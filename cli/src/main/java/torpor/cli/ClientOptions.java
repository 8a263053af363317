package torpor.cli;

import java.util.Optional;
import picocli.CommandLine.Option;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Endpoint;
import torpor.cli.output.Format;
import torpor.wire.WireJson;

/// The options of every command that talks to a daemon, and what follows from them.
public final class ClientOptions {
  @Option(
      names = {"-H", "--host"},
      paramLabel = "ADDRESS",
      description =
          "the daemon: http://host:port or unix:///path; default TORPOR_HOST, else the local one")
  private Optional<String> host = Optional.empty();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json")
  private Format format = Format.TABLE;

  @Option(names = "--debug", description = "show stack traces")
  private boolean debug;

  private final Invocation invocation;

  public ClientOptions(Invocation invocation) {
    this.invocation = invocation;
  }

  public Invocation invocation() {
    return invocation;
  }

  public boolean debug() {
    return debug;
  }

  public boolean json() {
    return format == Format.JSON;
  }

  /// The key comes from the environment only: on a command line other users could read it.
  public Connection connect() {
    Optional<String> apiKey =
        Optional.ofNullable(invocation.environment().get("TORPOR_API_KEY"))
            .filter(key -> !key.isBlank());
    return Connection.to(Endpoint.find(host, invocation), apiKey);
  }

  /// Prints data: the record as JSON, or the text for people.
  public void print(Object answer, Object text) {
    if (json()) {
      invocation.out().println(WireJson.write(answer));
    } else {
      invocation.out().print(text);
    }
    invocation.out().flush();
  }

  /// Tells people what happens; never data.
  public void say(String text) {
    invocation.err().println(text);
  }
}
