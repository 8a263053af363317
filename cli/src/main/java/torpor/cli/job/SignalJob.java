package torpor.cli.job;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.JsonArgument;
import torpor.cli.connection.Connection;
import torpor.wire.SignalAccepted;

@Command(
    name = "signal",
    description = "Send a job a signal; one that sleeps for it wakes.",
    footerHeading = "%nExample:%n",
    footer = "  torpor job signal 01kah go '{\"by\": \"me\"}'")
final class SignalJob extends ClientCommand {
  @Parameters(index = "0", paramLabel = "ID")
  private String id = "";

  @Parameters(index = "1", paramLabel = "NAME")
  private String name = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "JSON|@FILE",
      description = "what the program gets with it; null if left out")
  private String payload = "null";

  SignalJob(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    String body = JsonArgument.read("the payload", payload, client().invocation()).text();
    SignalAccepted accepted =
        connection.post(JobRoutes.signal(id, name).toString(), body).as(SignalAccepted.class);
    client().print(accepted, "");
    client().say("signal " + accepted.name() + " is number " + accepted.sequence());
    return ExitCode.OK;
  }
}
