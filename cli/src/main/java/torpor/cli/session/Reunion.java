package torpor.cli.session;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Persistence;
import torpor.cli.instance.Rest;

/// Waiting until a program can be taken up again. Confined to one thread.
final class Reunion {
  private static final String LOST = "session.lost";
  private static final String WRONG_STATE = "instance.state";

  private final Rest rest;
  private final String name;
  private final Persistence.Pause pause;
  private final Consumer<String> notice;
  private Persistence persistence;
  private Optional<String> told = Optional.empty();

  /// @param notice told what happens, a line each
  Reunion(Connection connection, String name, Persistence.Pause pause, Consumer<String> notice) {
    this.rest = new Rest(connection, name);
    this.name = name;
    this.pause = pause;
    this.notice = notice;
    this.persistence = new Persistence(pause);
  }

  void tell(String what) {
    notice.accept(what);
  }

  /// The connection is gone.
  void begin(IOException why) {
    persistence = new Persistence(pause);
    told = Optional.empty();
    try {
      lookAt(rest.now(), why);
    } catch (CommandFailure unreachable) {
      if (isFinal(unreachable)) {
        throw unreachable;
      }
      once("connection lost (" + why.getMessage() + "), trying again");
    }
  }

  private void lookAt(Rest.Sight sight, IOException why) {
    switch (sight) {
      case Rest.Sight.Over(String state) -> throw lost("its machine is " + state);
      case Rest.Sight.Asleep(String state) ->
          once(
              "%s is %s; the program goes on when it runs again: torpor %s %s"
                  .formatted(name, state, state.equals("paused") ? "resume" : "restore", name));
      case Rest.Sight.Awake _ -> once("connection lost (" + why.getMessage() + "), trying again");
    }
  }

  private void once(String what) {
    if (told.isEmpty()) {
      notice.accept(what);
      told = Optional.of(what);
    }
  }

  /// An attempt did not succeed; waits until another may.
  ///
  /// @throws CommandFailure where none will
  void failed(CommandFailure failure) {
    if (failure.code().equals(WRONG_STATE)) {
      try {
        rest.awaitRunning(sight -> lookAt(sight, new IOException(failure.why())));
        persistence.succeeded();
        return;
      } catch (CommandFailure unreachable) {
        if (isFinal(unreachable)) {
          throw unreachable;
        }
      }
    } else if (isFinal(failure)) {
      throw failure;
    }
    persistence.failed(failure);
  }

  /// It was taken up.
  void done() {
    notice.accept("the program goes on");
  }

  /// Whether it is no use to try again.
  private static boolean isFinal(CommandFailure failure) {
    return failure.exitCode() != ExitCode.UNAVAILABLE || failure.code().equals(LOST);
  }

  static CommandFailure lost(String why) {
    return new CommandFailure(
        ExitCode.UNAVAILABLE,
        "the program's end is not known",
        why,
        "see whether the machine still runs: torpor ps",
        LOST);
  }
}
