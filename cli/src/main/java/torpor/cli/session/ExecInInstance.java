package torpor.cli.session;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.AtExit;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.Invocation;
import torpor.cli.ProgramOptions;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Persistence;
import torpor.cli.instance.Rest;
import torpor.cli.terminal.LocalTerminal;
import torpor.cli.terminal.WindowSize;
import torpor.wire.instance.ExecRequest;

@Command(
    name = "exec",
    description = "Run a program in a running machine and exit with its exit code.",
    footerHeading = "%nExamples:%n",
    footer = {"  torpor exec -it web sh", "  torpor exec web cat /etc/os-release"})
final class ExecInInstance extends ClientCommand {
  private static final int PIECE = 32 * 1024;

  @Parameters(index = "0", paramLabel = "NAME")
  private String instance = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "CMD",
      description = "the program and its arguments; everything after NAME belongs to it")
  private List<String> command = List.of();

  @Option(
      names = {"-i", "--interactive"},
      description = "pass stdin on; else it reads the end at once")
  private boolean interactive;

  @Option(
      names = {"-t", "--tty"},
      description = "on a terminal of its own; with -i this one, key by key")
  private boolean tty;

  @Mixin private final ProgramOptions program = new ProgramOptions();

  ExecInInstance(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (!tty) {
      return run(connection, Optional.empty());
    }
    Optional<LocalTerminal> found = client().invocation().terminals().find();
    if (interactive && found.isEmpty()) {
      throw CommandFailure.usage(
          "--tty with --interactive needs a terminal, and stdin or stdout is none",
          "leave --tty out: torpor exec -i " + instance + " …");
    }
    if (found.isEmpty()) {
      return run(connection, found);
    }
    try (LocalTerminal terminal = found.orElseThrow()) {
      return run(connection, Optional.of(terminal));
    }
  }

  private int run(Connection connection, Optional<LocalTerminal> terminal) {
    Invocation invocation = client().invocation();
    boolean keyByKey = interactive && terminal.isPresent();
    Reunion reunion =
        new Reunion(connection, instance, Persistence.Pause.TIMED, what -> say(what, keyByKey));
    try (KeptProgram program =
            KeptProgram.begin(
                connection, instance, request(terminal.map(LocalTerminal::size)), reunion);
        AtExit _ = AtExit.run(program::close)) {
      terminal.ifPresent(own -> {
        own.onResize(program::resize);
        if (interactive) {
          own.raw();
        }
      });
      if (interactive) {
        Keys keys = keyByKey ? Keys.of(program, new Rest(connection, instance)) : Keys.NONE;
        Thread.ofPlatform()
            .daemon()
            .name("stdin")
            .start(() -> passOn(invocation.in(), program, keys));
      } else if (!tty) {
        program.endInput();
      }
      return program.outputTo(invocation.out(), invocation.err());
    }
  }

  /// A terminal that gives every key does not begin lines by itself.
  private void say(String what, boolean keyByKey) {
    if (keyByKey) {
      client().invocation().err().print("\r\ntorpor: " + what + "\r\n");
    } else {
      client().say("torpor: " + what);
    }
  }

  private ExecRequest request(Optional<WindowSize> size) {
    return new ExecRequest(
        command,
        tty ? Optional.of(true) : Optional.empty(),
        size.map(WindowSize::rows),
        size.map(WindowSize::columns),
        program.environment(client().invocation().environment()),
        program.workdir(),
        program.user(),
        Optional.empty(),
        Optional.of(true),
        Optional.empty());
  }

  /// Until the end of the input.
  private static void passOn(InputStream in, KeptProgram program, Keys keys) {
    byte[] piece = new byte[PIECE];
    try {
      for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
        if (!keys.take(piece, length)) {
          program.write(piece, 0, length);
        }
      }
      program.endInput();
    } catch (IOException e) {
      program.endInput();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
