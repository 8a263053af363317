package torpor.daemon.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.daemon.scratch.ScratchDirectory;

/// `torpor demo`.
@Command(
    name = "demo",
    description = "Show a job survive kill -9 of its daemon: a real program over real data.",
    footerHeading = "%nExample:%n",
    footer = "  torpor demo --megabytes 64")
public final class DemoCommand implements Callable<Integer> {
  private static final int LEAST_MEGABYTES = 8;
  private static final int MOST_MEGABYTES = 2_000;

  @Option(
      names = "--megabytes",
      paramLabel = "N",
      description = "how much text to index; default 64")
  private int megabytes = 64;

  @Option(names = "--keep", description = "keep the temporary directory, and say where it is")
  private boolean keep;

  private final Invocation invocation;

  public DemoCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (megabytes < LEAST_MEGABYTES || megabytes > MOST_MEGABYTES) {
      throw CommandFailure.usage(
          "--megabytes is " + megabytes,
          "choose a number from " + LEAST_MEGABYTES + " to " + MOST_MEGABYTES);
    }
    ScratchDirectory scratch = ScratchDirectory.create("torpor-demo-");
    Path home = scratch.path();
    Demo demo = new Demo(home, invocation.out(), invocation.err(), invocation.progressShown());
    AtomicBoolean cleaned = new AtomicBoolean();
    // Also where Ctrl-C ends the demo: neither a daemon nor a directory is left behind.
    Runnable cleanUp =
        () -> {
          if (cleaned.compareAndSet(false, true)) {
            demo.close();
            if (!keep) {
              scratch.close();
            }
          }
        };
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("clean up").unstarted(cleanUp));
    try {
      boolean equal = demo.run((long) megabytes << 20, Double.parseDouble(buildSeconds()));
      return equal ? ExitCode.OK : ExitCode.REFUSED;
    } finally {
      cleanUp.run();
      if (keep) {
        invocation.err().println("kept      " + home);
      }
    }
  }

  /// What the launcher needed for building, just before; measured there.
  private static String buildSeconds() {
    return System.getProperty("torpor.build.seconds", "0");
  }
}
