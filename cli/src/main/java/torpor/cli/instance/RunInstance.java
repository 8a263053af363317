package torpor.cli.instance;

import java.security.SecureRandom;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.wire.instance.Instance;
import torpor.wire.instance.InstanceRequest;
import torpor.wire.instance.InstanceWait;

@Command(
    name = "run",
    description = {
      "Make a machine of an image and run it.",
      "Shows what it writes until it ends, and exits with its program's exit code. Interrupted, the"
          + " machine goes on; with -d it prints the machine's id and leaves it to itself."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  torpor run -d --name web -p 8080:80 nginx:alpine",
      "  torpor run --rm alpine echo hello"
    })
final class RunInstance extends ClientCommand {
  @Mixin private final MachineOptions machine = new MachineOptions();

  @Option(
      names = {"-d", "--detach"},
      description = "print its id once it runs, and leave it to itself")
  private boolean detach;

  @Option(names = "--rm", description = "delete it when it has ended")
  private boolean remove;

  RunInstance(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (detach && remove) {
      throw CommandFailure.usage(
          "--rm does not go with --detach", "leave one out, or delete it after a time: --ttl 1h");
    }
    InstanceRequest request = machine.request(client().invocation(), new SecureRandom());
    Instance created = new Creation(client()).run(connection, request);
    if (detach) {
      client().print(created, created.id() + "\n");
      return ExitCode.OK;
    }
    client().say("%s runs (%s)".formatted(created.name(), created.id()));
    new InstanceLog(client(), connection).follow(created.id(), Optional.empty());
    Instance ended = awaitEnd(connection, created);
    if (remove) {
      Settling.delete(connection, created.id());
    }
    return exitCode(ended);
  }

  /// The log may end a little before its machine does.
  private static Instance awaitEnd(Connection connection, Instance created) {
    String path =
        InstanceRoutes.of(created.id(), "wait")
            .with("state", "Stopped")
            .with("timeout", Settling.ONE_CALL)
            .toString();
    InstanceWait wait;
    do {
      wait = connection.get(path).as(InstanceWait.class);
    } while (wait.timedOut());
    return connection.get(InstanceRoutes.of(created.id()).toString()).as(Instance.class);
  }

  private int exitCode(Instance ended) {
    ended.stateError().ifPresent(error -> client().say(ended.name() + " failed: " + error));
    if (ended.exitCode().isEmpty()) {
      client()
          .say(
              ended.name()
                  + " ended without an exit code"
                  + ended.exitMessage().map(message -> ": " + message).orElse(""));
    }
    return ended.exitCode().map(code -> code & 0xff).orElse(ExitCode.REFUSED);
  }
}
