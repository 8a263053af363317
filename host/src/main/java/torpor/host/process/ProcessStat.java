package torpor.host.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One process as `/proc/<pid>/stat` shows it.
///
/// @param ended it is a zombie: it runs no more and only waits for its parent to look
public record ProcessStat(
    ProcessIdentity identity, long parent, long group, long session, boolean ended) {
  private static final Path PROC = Path.of("/proc");

  // Counted from the state, the first field behind the command name; proc(5) counts it as the 3rd.
  private static final int STATE = 0;
  private static final int PARENT = 1;
  private static final int GROUP = 2;
  private static final int SESSION = 3;
  private static final int START_TIME = 19;

  /// @return empty where no process has that number
  public static Optional<ProcessStat> of(long pid) {
    try {
      byte[] line = Files.readAllBytes(PROC.resolve(Long.toString(pid)).resolve("stat"));
      return Optional.of(parse(pid, new String(line, StandardCharsets.ISO_8859_1)));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  static ProcessStat parse(long pid, String line) {
    // The command name is in parentheses and may itself hold blanks and parentheses.
    String[] fields = line.substring(line.lastIndexOf(')') + 1).strip().split(" ", -1);
    if (fields.length <= START_TIME) {
      throw new IllegalStateException("/proc/" + pid + "/stat has an unknown shape: " + line);
    }
    char state = fields[STATE].charAt(0);
    return new ProcessStat(
        new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])),
        Long.parseLong(fields[PARENT]),
        Long.parseLong(fields[GROUP]),
        Long.parseLong(fields[SESSION]),
        state == 'Z' || state == 'X');
  }

  public long pid() {
    return identity.pid();
  }

  public boolean leadsItsGroup() {
    return group == pid();
  }

  public boolean leadsItsSession() {
    return session == pid();
  }
}
