package torpor.cli.job;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.CommandFailure;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.RetryRequest;
import torpor.wire.WireJson;

@Command(
    name = "retry",
    description = "Go on with a failed job.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job retry 01kah --from start")
final class RetryJob extends ChangeJob {
  @Parameters(paramLabel = "ID")
  private String id = "";

  @Option(
      names = "--from",
      paramLabel = "newest|start|N",
      description = "the newest snapshot (default), the very start, or snapshot N")
  private Optional<String> from = Optional.empty();

  RetryJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    return change(connection, id, "retry", WireJson.write(request()));
  }

  private RetryRequest request() {
    String place = from.orElse("newest");
    return switch (place) {
      case "newest" -> RetryRequest.newest();
      case "start" -> RetryRequest.start();
      default -> {
        if (!place.matches("[1-9][0-9]{0,8}")) {
          throw CommandFailure.usage(
              "--from " + place + " is no place to go on from",
              "write newest, start, or the number of a snapshot");
        }
        yield RetryRequest.snapshot(Integer.parseInt(place));
      }
    };
  }
}
