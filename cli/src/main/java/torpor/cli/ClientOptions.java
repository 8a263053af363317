package torpor.cli;

import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Endpoint;

/// The options of every command that talks to a daemon, and what follows from them.
public final class ClientOptions {
  @Option(
      names = {"-H", "--host"},
      paramLabel = "ADDRESS",
      description =
          "the daemon: http://host:port or unix:///path; default TORPOR_HOST, else the local one")
  private Optional<String> host = Optional.empty();

  @Mixin private final OutputOptions output;

  @Option(names = "--debug", description = "show stack traces")
  private boolean debug;

  private final Invocation invocation;

  public ClientOptions(Invocation invocation) {
    this.invocation = invocation;
    this.output = new OutputOptions(invocation);
  }

  public Invocation invocation() {
    return invocation;
  }

  public boolean debug() {
    return debug;
  }

  public boolean json() {
    return output.json();
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
    output.print(answer, text);
  }

  /// Tells people what happens; never data.
  public void say(String text) {
    invocation.err().println(text);
  }
}
