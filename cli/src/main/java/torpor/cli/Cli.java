package torpor.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import torpor.cli.definition.DefinitionCommands;
import torpor.cli.event.ShowEvents;
import torpor.cli.host.ShowResources;
import torpor.cli.image.ImageCommands;
import torpor.cli.instance.InstanceCommands;
import torpor.cli.job.JobCommands;
import torpor.cli.key.KeyCommands;
import torpor.cli.session.SessionCommands;
import torpor.cli.snapshot.SnapshotCommands;
import torpor.cli.volume.VolumeCommands;

/// The whole command line.
public final class Cli {
  private Cli() {}

  @Command(
      name = "torpor",
      description = "Machines and durable jobs that sleep, wake and survive being killed.",
      footerHeading = "%n",
      footer = "Start with `torpor demo`. Every command has --help.",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Root {}

  @Command(
      name = "completion",
      description = "Print a completion script for bash and zsh.",
      footerHeading = "%nExample:%n",
      footer = "  source <(torpor completion)")
  private static final class Completion implements Runnable {
    private final Invocation invocation;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    Completion(Invocation invocation) {
      this.invocation = invocation;
      this.spec = CommandLine.Model.CommandSpec.create();
    }

    @Override
    public void run() {
      invocation.out().print(AutoComplete.bash("torpor", spec.root().commandLine()));
      invocation.out().flush();
    }
  }

  @Command(
      name = "version",
      description = "Print the version of this program and of its Java.",
      footerHeading = "%nExample:%n",
      footer = "  torpor version")
  private static final class Version implements Runnable {
    private final Invocation invocation;

    Version(Invocation invocation) {
      this.invocation = invocation;
    }

    @Override
    public void run() {
      invocation.out().println(version());
    }
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return "torpor "
        + (version == null ? "(not packaged)" : version)
        + ", Java "
        + Runtime.version();
  }

  /// @param local commands that need more than a connection, such as `serve`; shown first
  public static CommandLine of(Invocation invocation, List<CommandLine> local) {
    CommandLine root = new CommandLine(new Root());
    local.forEach(root::addSubcommand);
    InstanceCommands.of(invocation).forEach(root::addSubcommand);
    SessionCommands.of(invocation).forEach(root::addSubcommand);
    root.addSubcommand(SnapshotCommands.of(invocation));
    ImageCommands.of(invocation).forEach(root::addSubcommand);
    root.addSubcommand(VolumeCommands.of(invocation));
    root.addSubcommand(DefinitionCommands.of(invocation));
    root.addSubcommand(JobCommands.of(invocation));
    root.addSubcommand(new ShowResources(invocation));
    root.addSubcommand(new ShowEvents(invocation));
    root.addSubcommand(KeyCommands.of(invocation));
    root.addSubcommand(new Version(invocation));
    root.addSubcommand(new Completion(invocation));
    root.addSubcommand(new ShowHelp(invocation));
    addVersion(root);
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setOut(writer(invocation.out()));
    root.setErr(writer(invocation.err()));
    addHelp(root);
    root.setParameterExceptionHandler((e, _) -> usage(invocation, e));
    root.setExecutionExceptionHandler((e, _, arguments) -> failed(invocation, e, arguments));
    return root;
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  /// `--help` on every command, and a noun without a verb prints what verbs it has.
  private static void addHelp(CommandLine command) {
    command.getCommandSpec().mixinStandardHelpOptions(false);
    command
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("show this help")
                .build());
    command.getSubcommands().values().stream().distinct().forEach(Cli::addHelp);
  }

  private static void addVersion(CommandLine root) {
    root.getCommandSpec()
        .version(version())
        .addOption(
            CommandLine.Model.OptionSpec.builder("--version")
                .versionHelp(true)
                .description("as the command version")
                .build());
  }

  private static int usage(Invocation invocation, ParameterException e) {
    CommandLine command = e.getCommandLine();
    if (String.valueOf(e.getMessage()).startsWith("Missing required subcommand")) {
      command.usage(invocation.err());
      return ExitCode.USAGE;
    }
    CommandFailure failure = UsageErrors.of(e);
    invocation.err().println(failure.report());
    return failure.exitCode();
  }

  private static int failed(Invocation invocation, Exception e, CommandLine.ParseResult arguments) {
    boolean debug = arguments.originalArgs().contains("--debug");
    if (debug) {
      e.printStackTrace(invocation.err());
    }
    if (e instanceof CommandFailure failure) {
      invocation.err().println(failure.report());
      return failure.exitCode();
    }
    invocation.err().println("torpor: a defect of the program: " + e);
    if (!debug) {
      invocation.err().println("  do:   report it, with what --debug shows");
    }
    return ExitCode.DEFECT;
  }
}
