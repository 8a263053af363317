package torpor.cli.instance;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;

@Command(
    name = "logs",
    description = "Print what a machine's program wrote.",
    footerHeading = "%nExample:%n",
    footer = "  torpor logs -f --tail 20 web")
final class ShowLog extends ClientCommand {
  @Parameters(paramLabel = "NAME")
  private String name = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on until the machine has ended")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "N",
      description = "begin with the last N lines")
  private Optional<Integer> tail = Optional.empty();

  ShowLog(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    if (tail.filter(lines -> lines < 0).isPresent()) {
      throw CommandFailure.usage("--tail is " + tail.orElseThrow(), "choose a number from 0");
    }
    InstanceLog log = new InstanceLog(client(), connection);
    if (follow) {
      log.follow(name, tail);
    } else {
      log.print(name, tail);
    }
    return ExitCode.OK;
  }
}
