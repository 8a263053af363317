package torpor.api.instance;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import torpor.api.http.Parameters;
import torpor.api.http.RefusedException;
import torpor.api.http.StoredText;
import torpor.api.job.JobReader;
import torpor.core.refusal.RefusalCode;
import torpor.engine.caller.InstanceSessions;
import torpor.engine.caller.SessionName;
import torpor.wire.WireJson;
import torpor.wire.instance.ExecRequest;

/// Reads what is said on an exec connection, or refuses it naming the field. Pure.
final class ExecReader {
  private static final List<String> SHELL = List.of("/bin/sh");
  private static final int ROWS = 24;
  private static final int COLUMNS = 80;
  private static final int MOST = 10_000;
  private static final int LONGEST_TIMEOUT = 7 * 24 * 60 * 60;
  private static final int SIGNALS = 64;
  private static final Map<String, Integer> NUMBERS =
      Map.of(
          "HUP", 1, "INT", 2, "QUIT", 3, "KILL", 9, "USR1", 10, "USR2", 12, "TERM", 15, "CONT", 18,
          "STOP", 19, "WINCH", 28);

  private ExecReader() {}

  /// Which program is to be kept, or taken up again.
  ///
  /// @param from empty for one that is to begin
  record Kept(SessionName name, Optional<KeptTalk.Offsets> from) {}

  /// @return empty where it is bound to its connection
  static Optional<Kept> kept(Context context) {
    Optional<Long> output = Parameters.number(context, "offset", 0, Long.MAX_VALUE);
    Optional<Long> errors = Parameters.number(context, "stderr_offset", 0, Long.MAX_VALUE);
    Optional<String> name = Parameters.text(context, "session");
    if (name.isEmpty() && (output.isPresent() || errors.isPresent())) {
      throw RefusedException.invalid(
          "session", "An offset of no session", "Name the session that is to be taken up.");
    }
    Optional<KeptTalk.Offsets> from =
        output
            .or(() -> errors.map(_ -> 0L))
            .map(offset -> new KeptTalk.Offsets(offset, errors.orElse(0L)));
    return name.map(text -> new Kept(sessionName(text), from));
  }

  private static SessionName sessionName(String text) {
    try {
      return new SessionName(text);
    } catch (IllegalArgumentException notOne) {
      throw RefusedException.invalid(
          "session", String.valueOf(notOne.getMessage()), "Choose a UUID, once for each program.");
    }
  }

  static InstanceSessions.ExecRequest request(ExecRequest asked) {
    boolean terminal = asked.tty().orElse(false);
    return new InstanceSessions.ExecRequest(
        asked.command().isEmpty() ? SHELL : Fields.words("command", asked.command()),
        JobReader.environment(asked.env()),
        asked.cwd().filter(path -> !path.isEmpty()).map(path -> Fields.path("cwd", path)),
        asked.user().map(user -> StoredText.checked("user", user)),
        terminal
            ? Optional.of(size(asked.rows().orElse(ROWS), asked.cols().orElse(COLUMNS)))
            : Optional.empty(),
        true,
        asked
            .timeout()
            .map(seconds -> Fields.number("timeout", seconds, 0, LONGEST_TIMEOUT))
            .filter(seconds -> seconds > 0)
            .map(Duration::ofSeconds));
  }

  static InstanceSessions.WindowSize size(int rows, int columns) {
    return new InstanceSessions.WindowSize(
        Fields.number("rows", rows, 1, MOST), Fields.number("cols", columns, 1, MOST));
  }

  static int signal(String text) {
    String name = text.toUpperCase(Locale.ROOT).replaceFirst("^SIG", "");
    return Optional.ofNullable(NUMBERS.get(name))
        .orElseGet(() -> (int) Parameters.number("signal", text, 1, SIGNALS));
  }

  /// @throws RefusedException where the text is no such message
  static <T> T message(String text, Class<T> type) {
    try {
      return WireJson.reader(type).readValue(text);
    } catch (JacksonException malformed) {
      throw RefusedException.of(
          RefusalCode.REQUEST_INVALID,
          "The message is not understood: "
              + malformed.getOriginalMessage().lines().findFirst().orElse(""),
          "Text messages are JSON objects; everything else is sent as binary messages.");
    }
  }
}
