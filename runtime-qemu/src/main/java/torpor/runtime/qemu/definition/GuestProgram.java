package torpor.runtime.qemu.definition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import torpor.core.image.ImageConfig;
import torpor.runtime.qemu.agent.Records;

/// What the guest's init is told to run: the image's word, under the definition's, under the
/// request's. Pure.
public final class GuestProgram {
  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> API_URLS = List.of("TORPOR_API_URL", "CHECKER_API_URL");
  private static final Duration LINGER = Duration.ofHours(24);
  private static final Map<String, Integer> SIGNALS =
      Map.of(
          "HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "USR1", 10, "USR2", 12, "TERM", 15, "WINCH", 28,
          "RTMIN+3", 37);

  private GuestProgram() {}

  /// @return empty where neither the image nor the definition says what to run
  public static List<String> arguments(MachineConfig config, ImageConfig image) {
    List<String> words = new ArrayList<>(config.entrypoint().orElse(image.entrypoint()));
    // An entrypoint of one's own makes the image's command meaningless, as with docker.
    List<String> command = config.entrypoint().isPresent() ? List.of() : image.command();
    words.addAll(config.command().orElse(command));
    return List.copyOf(words);
  }

  /// @param env what the system and the caller set; wins
  /// @param proxyPort port on the guest's loopback that leads to the guest API, where there is one
  public static Records records(
      MachineConfig config, ImageConfig image, Map<String, String> env, OptionalInt proxyPort) {
    Records records = Records.NONE;
    for (String word : arguments(config, image)) {
      records = records.with("arg", word);
    }
    for (Map.Entry<String, String> variable :
        environment(config, image, env, proxyPort).entrySet()) {
      records = records.with("env", variable.getKey() + "=" + variable.getValue());
    }
    records = records.with("workdir", config.workdir().or(image::workdir).orElse("/"));
    String user = config.user().or(image::user).orElse("");
    records = records.with("user", user);
    records = records.with("restart", config.restart());
    records = records.with("stop_signal", stopSignal(image));
    // A machine whose program has ended waits for a daemon that can be told.
    records = records.with("linger_ms", LINGER.toMillis());
    if (proxyPort.isPresent()) {
      records = records.with("proxy", proxyPort.getAsInt());
    }
    return records;
  }

  private static long stopSignal(ImageConfig image) {
    String name = image.stopSignal().orElse("TERM");
    if (!name.isEmpty() && name.chars().allMatch(Character::isDigit) && name.length() <= 2) {
      return Long.parseLong(name);
    }
    String bare = name.startsWith("SIG") ? name.substring("SIG".length()) : name;
    return SIGNALS.getOrDefault(bare, SIGNALS.getOrDefault("TERM", 15));
  }

  static Map<String, String> environment(
      MachineConfig config, ImageConfig image, Map<String, String> env, OptionalInt proxyPort) {
    Map<String, String> all = new HashMap<>();
    all.put("PATH", PATH);
    all.putAll(image.env());
    all.putAll(config.env());
    all.putAll(env);
    if (proxyPort.isPresent()) {
      String authority = "127.0.0.1:" + proxyPort.getAsInt();
      for (String variable : API_URLS) {
        all.computeIfPresent(variable, (_, url) -> withAuthority(url, authority));
      }
    }
    return new TreeMap<>(all);
  }

  /// `http://host:port/path` or `host:port/path`, with another host and port.
  static String withAuthority(String url, String authority) {
    int scheme = url.indexOf("://");
    int from = scheme < 0 ? 0 : scheme + "://".length();
    int slash = url.indexOf('/', from);
    return url.substring(0, from) + authority + (slash < 0 ? "" : url.substring(slash));
  }
}
