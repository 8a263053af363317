package torpor.cli.snapshot;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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
import torpor.cli.instance.InstanceRoutes;
import torpor.cli.output.Details;
import torpor.cli.output.Times;
import torpor.wire.Durations;
import torpor.wire.WireJson;
import torpor.wire.instance.SnapshotSchedule;
import torpor.wire.instance.SnapshotScheduleRequest;

@Command(
    name = "schedule",
    description = {
      "Take snapshots of a machine by the clock, and delete those again that it does not keep.",
      "Without an option, show the schedule."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  torpor snapshot schedule web --every 1h --keep 24 --max-age 7d",
      "  torpor snapshot schedule web",
      "  torpor snapshot schedule web --off"
    })
final class ScheduleSnapshots extends ClientCommand {
  @Parameters(paramLabel = "NAME")
  private String instance = "";

  @Option(names = "--every", paramLabel = "DURATION", description = "a minute or more")
  private Optional<String> every = Optional.empty();

  @Option(
      names = "--keep",
      paramLabel = "COUNT",
      description = "so many of those taken by the clock stay, the newest")
  private Optional<Integer> keep = Optional.empty();

  @Option(
      names = "--max-age",
      paramLabel = "DURATION",
      description = "those taken by the clock stay so long")
  private Optional<String> maxAge = Optional.empty();

  @Option(
      names = "--prefix",
      paramLabel = "NAME",
      description = "what their names begin with (default: scheduled)")
  private Optional<String> prefix = Optional.empty();

  @Option(names = "--off", description = "take none any more; those that there are stay")
  private boolean off;

  ScheduleSnapshots(Invocation invocation) {
    super(invocation);
  }

  private static Duration atLeastAMinute(String option, String text) {
    Duration duration = QuantityOption.duration(option, text);
    if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
      throw CommandFailure.usage(
          option + " " + text + " is less than a minute", "write " + option + " 1m or more");
    }
    return duration;
  }

  /// As somebody would write it.
  private static String shown(Duration duration) {
    boolean days = duration.toDays() > 1 && Duration.ofDays(duration.toDays()).equals(duration);
    return days ? duration.toDays() + "d" : Durations.format(duration);
  }

  @Override
  protected int run(Connection connection) {
    String route = InstanceRoutes.of(instance, "snapshot-schedule").toString();
    boolean sets =
        every.isPresent() || keep.isPresent() || maxAge.isPresent() || prefix.isPresent();
    if (off) {
      if (sets) {
        throw CommandFailure.usage("--off goes with no other option", "leave the others out");
      }
      connection.delete(route);
      client().say("no snapshots of " + instance + " are taken by the clock any more");
      return ExitCode.OK;
    }
    SnapshotSchedule schedule =
        (sets ? connection.put(route, WireJson.write(wanted())) : connection.get(route))
            .as(SnapshotSchedule.class);
    client().print(schedule, details(schedule, Instant.now()));
    return ExitCode.OK;
  }

  private SnapshotScheduleRequest wanted() {
    Duration interval =
        every
            .map(text -> atLeastAMinute("--every", text))
            .orElseThrow(() ->
                CommandFailure.usage("how often is not said", "add --every, such as --every 1h"));
    if (keep.isEmpty() && maxAge.isEmpty()) {
      throw CommandFailure.usage(
          "how many are kept, or how long, is not said", "add --keep 24, --max-age 7d, or both");
    }
    return new SnapshotScheduleRequest(
        interval,
        new SnapshotScheduleRequest.Retention(
            maxAge.map(text -> atLeastAMinute("--max-age", text)), keep),
        Map.of(),
        prefix);
  }

  private static Details details(SnapshotSchedule schedule, Instant now) {
    return new Details()
        .line("every", shown(schedule.interval()))
        .line("keeps", schedule.retention().maxCount().map(count -> count + " snapshots"))
        .line("none older than", schedule.retention().maxAge().map(ScheduleSnapshots::shown))
        .line("names begin with", schedule.namePrefix())
        .line("next run", Times.relative(schedule.nextRunAt(), now))
        .line("last run", schedule.lastRunAt().map(at -> Times.relative(at, now)))
        .line("last snapshot", schedule.lastSnapshotId())
        .line("last error", schedule.lastError());
  }
}
