package torpor.cli.instance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Answer;
import torpor.cli.connection.Connection;
import torpor.wire.WireJson;
import torpor.wire.instance.ForkRequest;
import torpor.wire.instance.Instance;

@Command(
    name = "fork",
    description = {
      "Make machines that go on from where another one is, and print their ids.",
      "They share its memory until they write to it."
    },
    footerHeading = "%nExample:%n",
    footer = "  torpor fork web --count 5 --name copy")
final class ForkInstance extends ClientCommand {
  @Parameters(paramLabel = "NAME", description = "the source, running or in standby")
  private String name = "";

  @Option(names = "--count", paramLabel = "N", description = "how many; default 1")
  private int count = 1;

  @Option(
      names = "--name",
      paramLabel = "PREFIX",
      description = "the fork's name, or of several the beginning; default NAME-fork")
  private Optional<String> prefix = Optional.empty();

  @Option(
      names = "--snapshot",
      paramLabel = "SNAPSHOT",
      description = "from this one and not from now; its number, name or id")
  private Optional<String> snapshot = Optional.empty();

  @Option(names = "--allow-older", description = "also where a newer snapshot exists")
  private boolean allowOlder;

  ForkInstance(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (count < 1) {
      throw CommandFailure.usage("--count is " + count, "choose a number from 1");
    }
    Instance source = connection.get(InstanceRoutes.of(name).toString()).as(Instance.class);
    Answer answer =
        connection.post(
            InstanceRoutes.of(source.id(), "fork").toString(),
            WireJson.write(request(source.name())));
    List<Instance> settled = new ArrayList<>();
    for (Instance fork : forks(answer)) {
      settled.add(Settling.of(connection, fork));
    }
    var ids = new StringBuilder();
    settled.forEach(fork -> ids.append(fork.id()).append('\n'));
    client().print(settled, ids);
    settled.forEach(this::tell);
    boolean failed = settled.stream().anyMatch(fork -> fork.lastFailure().isPresent());
    return failed ? ExitCode.REFUSED : ExitCode.OK;
  }

  private void tell(Instance fork) {
    client()
        .say(
            fork.name()
                + " is "
                + fork.state()
                + fork.lastFailure().map(why -> ": " + why.detail()).orElse(""));
  }

  private ForkRequest request(String source) {
    return new ForkRequest(
        Optional.of(prefix.orElse(source + "-fork")),
        Optional.empty(),
        count == 1 ? Optional.empty() : Optional.of(count),
        snapshot.isPresent() ? Optional.empty() : Optional.of(true),
        snapshot.map(Restores::reference),
        allowOlder ? Optional.of(true) : Optional.empty(),
        Optional.of("Running"),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /// One fork is answered as it is, several as a list.
  private static List<Instance> forks(Answer answer) {
    return answer.body().stripLeading().startsWith("[")
        ? List.of(answer.as(Instance[].class))
        : List.of(answer.as(Instance.class));
  }
}
