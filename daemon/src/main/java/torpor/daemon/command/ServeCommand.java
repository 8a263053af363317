package torpor.daemon.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;

/// `torpor serve`: the daemon, until it is told to stop.
@Command(
    name = "serve",
    description = "Run the daemon in the foreground; SIGTERM and Ctrl-C stop it in good order.",
    footerHeading = "%nExample:%n",
    footer = "  torpor serve --set listen=127.0.0.1:8000")
public final class ServeCommand implements Callable<Integer> {

  /// The line on stderr that says that requests are answered from now on.
  public static final String READY = "torpor: ready";

  @Mixin private final SettingsOptions options;

  @Option(
      names = "--check",
      description = "stop again at once: shows whether a daemon can start like this")
  private boolean check;

  private final Invocation invocation;
  private final Service.Starter starter;

  public ServeCommand(Invocation invocation, Service.Starter starter) {
    this.invocation = invocation;
    this.options = new SettingsOptions(invocation);
    this.starter = starter;
  }

  @Override
  public Integer call() throws InterruptedException {
    Service service = starter.start(options.loadValid().settings());
    Thread stop = Thread.ofPlatform().name("stop").unstarted(service::close);
    Runtime.getRuntime().addShutdownHook(stop);
    invocation.err().println("torpor: listening on " + service.address());
    invocation.err().println(READY);
    if (check) {
      service.close();
    }
    service.awaitStop();
    return ExitCode.OK;
  }
}
