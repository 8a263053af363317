package torpor.runtime.qemu.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// One process as `/proc/<pid>/stat` shows it.
///
/// @param ended it is a zombie: it runs no more and only waits for its parent to look
/// @param userTicks and
/// @param systemTicks processor time used so far, in clock ticks
record ProcessStat(ProcessIdentity identity, boolean ended, long userTicks, long systemTicks) {
  // Counted from the state, the first field behind the command name; proc(5) counts it as the 3rd.
  private static final int STATE = 0;
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int START_TIME = 19;

  /// @return empty where no process has that number
  static Optional<ProcessStat> of(long pid) {
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
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
        state == 'Z' || state == 'X',
        Long.parseLong(fields[USER_TIME]),
        Long.parseLong(fields[SYSTEM_TIME]));
  }
}
