package torpor.api.instance;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.List;
import torpor.api.console.ConsoleAnswers;
import torpor.api.console.LineShape;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.Route;
import torpor.core.instance.Instance;

/// The output of one instance.
public final class InstanceLogs {
  private final MachinePorts ports;
  private final ConsoleAnswers answers;

  public InstanceLogs(MachinePorts ports, ConsoleAnswers answers) {
    this.ports = ports;
    this.answers = answers;
  }

  public List<Route> routes() {
    return List.of(Route.caller(HandlerType.GET, "/v1/instances/{id}/logs", this::logs));
  }

  private void logs(Context context) throws IOException {
    String source = Parameters.text(context, "source").orElse("app");
    switch (source) {
      case "app" -> {}
      case "vmm", "hypeman" ->
          Unbuilt.refuse(
              "source", true, "only the output of what runs inside is kept", "Send app.");
      default ->
          throw RefusedException.invalid(
              "source", "There is no log '%s'".formatted(Fields.shown(source)), "Send app.");
    }
    Instance instance = InstancePath.instance(context, ports.instances());
    answers.answer(
        context,
        ports.consoles().file(instance.id()),
        LineShape.JSON,
        () -> new InstanceLife(ports.instances(), instance));
  }
}
