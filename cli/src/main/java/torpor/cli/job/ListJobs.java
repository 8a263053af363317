package torpor.cli.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.cli.output.Table;
import torpor.cli.output.Times;
import torpor.wire.Job;
import torpor.wire.JobPage;

@Command(
    name = "ps",
    aliases = "ls",
    description = "List jobs, newest first.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job ps --state suspended --definition crawler")
final class ListJobs extends ClientCommand {
  private static final int PAGE = 100;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "only jobs in this state, such as suspended; or live, or ended")
  private Optional<String> state = Optional.empty();

  @Option(names = "--definition", paramLabel = "NAME", description = "only jobs of this definition")
  private Optional<String> definition = Optional.empty();

  @Option(
      names = {"-n", "--limit"},
      paramLabel = "N",
      description = "at most so many; default 50")
  private int limit = 50;

  @Option(
      names = {"-a", "--all"},
      description = "without a limit")
  private boolean all;

  ListJobs(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (limit < 1) {
      throw CommandFailure.usage("--limit is " + limit, "choose a number from 1, or --all");
    }
    List<Job> jobs = new ArrayList<>();
    Optional<String> cursor = Optional.empty();
    do {
      int wanted = all ? PAGE : Math.min(PAGE, limit - jobs.size());
      JobPage page = page(connection, wanted, cursor);
      jobs.addAll(page.jobs());
      cursor = page.nextCursor();
    } while (cursor.isPresent() && (all || jobs.size() < limit));
    client().print(jobs, table(jobs, Instant.now()));
    if (jobs.isEmpty()) {
      client().say("no jobs; torpor job spawn NAME starts one");
    }
    if (cursor.isPresent()) {
      client().say("more jobs exist; see --all and --limit");
    }
    return ExitCode.OK;
  }

  private JobPage page(Connection connection, int wanted, Optional<String> cursor) {
    Route route =
        Route.of("jobs")
            .with("limit", Integer.toString(wanted))
            .with("state", state)
            .with("definition", definition)
            .with("cursor", cursor);
    return connection.get(route.toString()).as(JobPage.class);
  }

  private static Table table(List<Job> jobs, Instant now) {
    Table table = new Table("ID", "DEFINITION", "STATE", "SINCE", "ATTEMPT", "WAITS FOR");
    for (Job job : jobs) {
      table.row(
          job.id(),
          job.definitionName() + "@" + job.definitionVersion(),
          job.state() + job.exitCode().map(code -> " (" + code + ")").orElse(""),
          Times.relative(job.since(), now),
          Integer.toString(job.attempt()),
          JobText.waitsFor(job, now));
    }
    return table;
  }
}
