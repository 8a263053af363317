package torpor.cli.instance;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.QuantityOption;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.Durations;
import torpor.wire.instance.InstanceWait;

@Command(
    name = "wait",
    description = "Wait until a machine is in a state; exit code 1 where it will not be.",
    footerHeading = "%nExample:%n",
    footer = "  torpor wait web --state running --timeout 2m")
final class AwaitInstance extends ClientCommand {
  private static final Duration ONE_CALL = Durations.parse(Settling.ONE_CALL);

  @Parameters(paramLabel = "NAME")
  private String name = "";

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "running, paused, standby, stopped, …; default stopped")
  private String state = "stopped";

  @Option(names = "--timeout", paramLabel = "DURATION", description = "default: without an end")
  private Optional<String> timeout = Optional.empty();

  AwaitInstance(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Optional<Instant> end =
        timeout.map(text -> Instant.now().plus(QuantityOption.duration("--timeout", text)));
    InstanceWait wait;
    Duration left;
    do {
      left = end.map(at -> Duration.between(Instant.now(), at)).orElse(ONE_CALL);
      wait = connection.get(route(left).toString()).as(InstanceWait.class);
    } while (wait.timedOut() && (end.isEmpty() || Instant.now().isBefore(end.orElseThrow())));
    client().print(wait, wait.state() + "\n");
    if (wait.state().toLowerCase(Locale.ROOT).equals(state.toLowerCase(Locale.ROOT))) {
      return ExitCode.OK;
    }
    throw new CommandFailure(
        ExitCode.REFUSED,
        "%s is %s and not %s".formatted(name, wait.state(), state),
        wait.stateError().orElse(wait.timedOut() ? "the time is up" : ""),
        "see what it does: torpor inspect " + name);
  }

  private Route route(Duration left) {
    Duration patience =
        left.isNegative() ? Duration.ZERO : left.compareTo(ONE_CALL) < 0 ? left : ONE_CALL;
    return InstanceRoutes.of(name, "wait")
        .with("state", state)
        .with("timeout", Durations.format(patience));
  }
}
