package torpor.cli;

import picocli.CommandLine.Option;
import torpor.cli.output.Format;
import torpor.wire.WireJson;

/// How a command prints its data.
public final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json")
  private Format format = Format.TABLE;

  private final Invocation invocation;

  public OutputOptions(Invocation invocation) {
    this.invocation = invocation;
  }

  public boolean json() {
    return format == Format.JSON;
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
}
