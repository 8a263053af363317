package torpor.daemon.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.OutputOptions;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Endpoint;
import torpor.daemon.config.Settings;
import torpor.daemon.doctor.DaemonFindings;
import torpor.daemon.doctor.Finding;
import torpor.daemon.doctor.HostFindings;
import torpor.daemon.doctor.MachineFindings;
import torpor.daemon.doctor.MeasuredRuntimes;
import torpor.daemon.doctor.fix.Fixes;
import torpor.daemon.machine.KernelPlace;

/// `torpor doctor`.
@Command(
    name = "doctor",
    description = "Look at this host, the configuration and the runtimes, with remedies.",
    footerHeading = "%nExample:%n",
    footer = "  torpor doctor --fix")
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options;

  @Mixin private final OutputOptions output;

  @Option(
      names = "--fix",
      description = "install what is missing for machines, and make the kernel they boot")
  private boolean fix;

  @Option(names = "--yes", description = "do not ask before --fix changes this host")
  private boolean yes;

  private final Invocation invocation;

  public DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
    this.output = new OutputOptions(invocation);
    this.options = new SettingsOptions(invocation);
  }

  @Override
  public Integer call() {
    if (yes && !fix) {
      throw CommandFailure.usage("--yes is for --fix", "torpor doctor --fix --yes");
    }
    Settings settings = options.loadValid().settings();
    boolean fixed = !fix || fixed(settings);
    List<Finding> findings = look(settings);
    ShownFindings shown = ShownFindings.of(findings);
    output.print(shown, shown.text());
    boolean faulty = findings.stream().anyMatch(f -> f.grade() == Finding.Grade.FAULT);
    return faulty || !fixed ? ExitCode.REFUSED : ExitCode.OK;
  }

  private List<Finding> look(Settings settings) {
    List<Finding> findings = new ArrayList<>(HostFindings.of(settings, invocation.environment()));
    Endpoint endpoint = new Endpoint.UnixSocket(settings.socket());
    try (Connection connection = Connection.to(endpoint, Optional.empty())) {
      findings.addAll(
          DaemonFindings.of(
              connection, () -> MeasuredRuntimes.of(settings, invocation.environment())));
    }
    if (settings.runtimes().contains("qemu")) {
      findings.addAll(MachineFindings.of(settings, invocation.environment()));
    }
    return findings;
  }

  /// Whether nothing is left to fix.
  private boolean fixed(Settings settings) {
    Fixes fixes =
        Fixes.forThisHost(
            new KernelPlace(settings.machines().kernel()),
            invocation.environment().getOrDefault("PATH", ""),
            Optional.ofNullable(System.getProperty("torpor.home")).map(Path::of),
            invocation.err());
    if (fixes.nothingToDo()) {
      invocation.err().println("torpor: nothing is missing");
      return true;
    }
    invocation.err().print("torpor: to be done:\n" + fixes.shown());
    if (!fixes.anyFromHere()) {
      return false;
    }
    if (!agreed()) {
      invocation
          .err()
          .println("torpor: nothing was done; with --yes it is done without a question");
      return false;
    }
    return fixes.apply();
  }

  private boolean agreed() {
    if (yes || !invocation.progressShown()) {
      return yes;
    }
    invocation.err().print("torpor: do this now? [y/N] ");
    invocation.err().flush();
    try {
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(invocation.in(), StandardCharsets.UTF_8));
      return Optional.ofNullable(answers.readLine())
          .map(answer -> answer.strip().toLowerCase(Locale.ROOT))
          .filter(answer -> answer.equals("y") || answer.equals("yes"))
          .isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException("read the answer", e);
    }
  }
}
