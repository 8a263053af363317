package torpor.daemon.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.OutputOptions;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Endpoint;
import torpor.daemon.config.Settings;
import torpor.daemon.doctor.DaemonFindings;
import torpor.daemon.doctor.Finding;
import torpor.daemon.doctor.HostFindings;
import torpor.daemon.doctor.MeasuredRuntimes;

/// `torpor doctor`.
@Command(
    name = "doctor",
    description = "Look at this host, the configuration and the runtimes, with remedies.")
public final class DoctorCommand implements Callable<Integer> {
  @Mixin private final SettingsOptions options;

  @Mixin private final OutputOptions output;

  private final Invocation invocation;

  public DoctorCommand(Invocation invocation) {
    this.invocation = invocation;
    this.output = new OutputOptions(invocation);
    this.options = new SettingsOptions(invocation);
  }

  @Override
  public Integer call() {
    Settings settings = options.loadValid().settings();
    List<Finding> findings = new ArrayList<>(HostFindings.of(settings, invocation.environment()));
    Endpoint endpoint = new Endpoint.UnixSocket(settings.socket());
    try (Connection connection = Connection.to(endpoint, Optional.empty())) {
      findings.addAll(
          DaemonFindings.of(
              connection, () -> MeasuredRuntimes.of(settings, invocation.environment())));
    }
    ShownFindings shown = ShownFindings.of(findings);
    output.print(shown, shown.text());
    boolean faulty = findings.stream().anyMatch(f -> f.grade() == Finding.Grade.FAULT);
    return faulty ? ExitCode.REFUSED : ExitCode.OK;
  }
}
