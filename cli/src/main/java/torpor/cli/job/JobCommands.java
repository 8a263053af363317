package torpor.cli.job;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import torpor.cli.Invocation;

/// The noun `job`.
public final class JobCommands {
  private JobCommands() {}

  @Command(
      name = "job",
      aliases = "jobs",
      description = "Spawn jobs, look at them, wake, signal and end them.",
      footerHeading = "%n",
      footer = "An ID is a job's id or the beginning of one that only one job has.",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Noun {}

  public static CommandLine of(Invocation invocation) {
    return new CommandLine(new Noun())
        .addSubcommand(new SpawnJob(invocation))
        .addSubcommand(new ListJobs(invocation))
        .addSubcommand(new ShowJob(invocation))
        .addSubcommand(new ShowLog(invocation))
        .addSubcommand(new SignalJob(invocation))
        .addSubcommand(new WakeJob(invocation))
        .addSubcommand(new RetryJob(invocation))
        .addSubcommand(new CancelJob(invocation))
        .addSubcommand(new ShowResult(invocation))
        .addSubcommand(new ListSnapshots(invocation))
        .addSubcommand(new RemoveJob(invocation));
  }
}
