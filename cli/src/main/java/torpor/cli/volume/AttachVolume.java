package torpor.cli.volume;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import torpor.cli.ClientCommand;
import torpor.cli.CommandFailure;
import torpor.cli.ExitCode;
import torpor.cli.Invocation;
import torpor.cli.connection.Connection;
import torpor.cli.connection.Route;
import torpor.wire.WireJson;
import torpor.wire.volume.AttachRequest;

@Command(
    name = "attach",
    description = "Give a volume to a stopped machine; it is there from the next start on.",
    footerHeading = "%nExample:%n",
    footer = "  torpor volume attach data web:/mnt/data:ro")
final class AttachVolume extends ClientCommand {
  private static final Pattern PLACE = Pattern.compile("([^:/]+):(/[^:]*)(?::(ro|rw|overlay))?");

  @Parameters(index = "0", paramLabel = "VOLUME")
  private String name = "";

  @Parameters(index = "1", paramLabel = "NAME:/PATH[:ro|overlay]")
  private String place = "";

  AttachVolume(Invocation invocation) {
    super(invocation);
  }

  @Override
  protected int run(Connection connection) {
    Matcher shape = PLACE.matcher(place);
    if (!shape.matches()) {
      throw CommandFailure.usage(
          "\"" + place + "\" is no place in a machine",
          "write NAME:/PATH, NAME:/PATH:ro or NAME:/PATH:overlay");
    }
    String mode = Optional.ofNullable(shape.group(3)).orElse("rw");
    AttachRequest request =
        new AttachRequest(
            shape.group(2), Optional.of(!mode.equals("rw")), Optional.of(mode.equals("overlay")));
    connection.post(
        Route.of("instances", shape.group(1), "volumes", name).toString(), WireJson.write(request));
    client().say("attached " + name);
    return ExitCode.OK;
  }
}
