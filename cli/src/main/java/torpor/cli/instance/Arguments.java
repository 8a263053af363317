package torpor.cli.instance;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import torpor.cli.CommandFailure;
import torpor.wire.RawJson;
import torpor.wire.WireJson;
import torpor.wire.instance.PortMapping;
import torpor.wire.instance.RestartPolicy;
import torpor.wire.instance.VolumeMount;

/// Values of options as docker writes them. Pure; what is none ends the command and names the
/// option.
final class Arguments {
  private static final Pattern PORT =
      Pattern.compile("(?:(\\d{1,3}(?:\\.\\d{1,3}){3}):)?(\\d{1,5}):(\\d{1,5})(?:/(tcp|udp))?");
  private static final Pattern VOLUME =
      Pattern.compile("([^:/][^:]*):(/[^:]*)(?::(ro|rw|overlay))?");
  private static final Pattern RESTART = Pattern.compile("(no|always|on-failure)(?::(\\d{1,4}))?");
  private static final int HIGHEST_PORT = 65_535;

  private Arguments() {}

  /// `8080:80`, `0.0.0.0:8080:80`, `53:53/udp`.
  static RawJson port(String text) {
    Matcher shape = PORT.matcher(text);
    if (!shape.matches() || isNoPort(shape.group(2)) || isNoPort(shape.group(3))) {
      throw CommandFailure.usage(
          "--publish \"" + text + "\" publishes no port",
          "write HOST_PORT:PORT such as 8080:80, with an address of the host before it or"
              + " /udp after it where needed");
    }
    return new RawJson(
        WireJson.write(
            new PortMapping(
                Optional.ofNullable(shape.group(1)),
                Integer.parseInt(shape.group(2)),
                Integer.parseInt(shape.group(3)),
                Optional.ofNullable(shape.group(4)))));
  }

  private static boolean isNoPort(String digits) {
    int number = Integer.parseInt(digits);
    return number < 1 || number > HIGHEST_PORT;
  }

  /// `data:/srv`, `data:/srv:ro`, `data:/srv:overlay`.
  static VolumeMount volume(String text) {
    Matcher shape = VOLUME.matcher(text);
    if (!shape.matches()) {
      throw CommandFailure.usage(
          "--volume \"" + text + "\" mounts no volume",
          "write VOLUME:/PATH, VOLUME:/PATH:ro or VOLUME:/PATH:overlay; a directory of this host"
              + " cannot be mounted: torpor cp copies it");
    }
    String mode = Optional.ofNullable(shape.group(3)).orElse("rw");
    return new VolumeMount(
        shape.group(1),
        shape.group(2),
        mode.equals("rw") ? Optional.empty() : Optional.of(true),
        mode.equals("overlay") ? Optional.of(true) : Optional.empty(),
        Optional.empty());
  }

  /// `no`, `always`, `on-failure`, the last two perhaps with the most tries: `on-failure:3`.
  static RestartPolicy restart(String text) {
    Matcher shape = RESTART.matcher(text);
    if (!shape.matches() || (shape.group(1).equals("no") && shape.group(2) != null)) {
      throw CommandFailure.usage(
          "--restart cannot be \"" + text + "\"",
          "write no, always or on-failure, perhaps with the most tries: on-failure:3");
    }
    String policy = shape.group(1).equals("no") ? "never" : shape.group(1).replace('-', '_');
    return new RestartPolicy(
        Optional.of(policy),
        Optional.ofNullable(shape.group(2)).map(Integer::valueOf),
        Optional.empty(),
        Optional.empty());
  }
}
