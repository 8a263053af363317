package torpor.cli.instance;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.Invocation;
import torpor.cli.QuantityOption;
import torpor.wire.WireJson;
import torpor.wire.instance.StopRequest;

@Command(
    name = "stop",
    description = "Ask the programs of machines to end, and end the machines.",
    footerHeading = "%nExample:%n",
    footer = "  torpor stop -t 30s web")
final class StopInstance extends ChangeInstance {
  @Option(
      names = {"-t", "--time", "--grace"},
      paramLabel = "DURATION",
      description = "how long a program may take to end before it is killed; default 10s")
  private Optional<String> grace = Optional.empty();

  StopInstance(Invocation invocation) {
    super(invocation, "stop");
  }

  @Override
  String body() {
    Optional<Duration> patience = grace.map(text -> QuantityOption.seconds("--grace", text));
    return WireJson.write(new StopRequest(patience));
  }
}
