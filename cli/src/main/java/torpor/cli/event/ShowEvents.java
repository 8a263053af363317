package torpor.cli.event;

import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Follower;
import torpor.cli.connection.Persistence;
import torpor.cli.connection.Route;
import torpor.wire.Event;
import torpor.wire.EventPage;
import torpor.wire.WireJson;

/// `torpor events`.
@Command(
    name = "events",
    description = "Print what happened to jobs, oldest first, a line for each event.",
    footerHeading = "%nExample:%n",
    footer = "  torpor events -f --job 01kah")
public final class ShowEvents extends ClientCommand {
  @Option(
      names = {"-f", "--follow"},
      description = "go on with what happens from now on")
  private boolean follow;

  @Option(names = "--job", paramLabel = "ID", description = "only of this job")
  private Optional<String> job = Optional.empty();

  @Option(
      names = "--after",
      paramLabel = "SEQUENCE",
      description = "only after this one; 0 is the very beginning")
  private Optional<Long> after = Optional.empty();

  public ShowEvents(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (after.orElse(0L) < 0) {
      throw CommandFailure.usage("--after is " + after.get(), "0 is the very beginning");
    }
    Route route = job.map(id -> Route.of("jobs", id, "events")).orElseGet(() -> Route.of("events"));
    if (follow) {
      new Follower(connection, Persistence.Pause.TIMED, client()::say)
          .follow(
              route.toString(),
              after.map(sequence -> Long.toString(sequence)),
              event -> {
                print(WireJson.read(event.data(), Event.class));
                return true;
              });
      return ExitCode.OK;
    }
    String cursor = Long.toString(after.orElse(0L));
    while (true) {
      EventPage page = connection.get(route.with("cursor", cursor).toString()).as(EventPage.class);
      page.events().forEach(this::print);
      if (page.events().isEmpty()) {
        return ExitCode.OK;
      }
      cursor = page.nextCursor();
    }
  }

  private void print(Event event) {
    client().print(event, line(event));
  }

  static String line(Event event) {
    String attributes =
        event.attributes().entrySet().stream()
            .map((Map.Entry<String, String> a) -> a.getKey() + "=" + a.getValue())
            .collect(Collectors.joining(" "));
    String text =
        "%-7d  %s  %s  %-24s %s"
            .formatted(
                event.sequence(),
                event.at().truncatedTo(ChronoUnit.MILLIS),
                event.jobId(),
                event.kind(),
                attributes);
    return text.stripTrailing() + "\n";
  }
}
