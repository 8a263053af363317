package torpor.runtime.qemu.session;

import java.time.Duration;
import java.util.Optional;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.Reply;
import torpor.engine.caller.InstanceSessions.ExecRequest;
import torpor.engine.caller.InstanceSessions.WindowSize;
import torpor.runtime.qemu.agent.Records;

/// Requests in the guest's words. Pure.
final class Commands {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST_BYTES = 65536;

  private Commands() {}

  static Reply<Records> exec(ExecRequest request) {
    Optional<Refusal> problem = problem(request);
    if (problem.isPresent()) {
      return Reply.refused(problem.get());
    }
    Records records = Records.NONE;
    for (String argument : request.command()) {
      records = records.with("arg", argument);
    }
    for (var variable : request.env().entrySet()) {
      records = records.with("env", variable.getKey() + "=" + variable.getValue());
    }
    records = with(records, "workdir", request.workdir());
    records = with(records, "user", request.user());
    records = records.with("tty", request.terminal().isPresent()).with("stdin", request.input());
    if (request.terminal().isPresent()) {
      WindowSize size = request.terminal().get();
      records = records.with("rows", size.rows()).with("columns", size.columns());
    }
    if (request.timeout().isPresent()) {
      // 0 would be none.
      records = records.with("timeout_ms", Math.max(1, request.timeout().get().toMillis()));
    }
    return fitting(records, "command");
  }

  private static Optional<Refusal> problem(ExecRequest request) {
    if (request.command().isEmpty()) {
      return invalid("command", "There is nothing to run.", "Name a program and its arguments.");
    }
    if (request.command().stream().anyMatch(Commands::hasNul)) {
      return nul("command");
    }
    for (var variable : request.env().entrySet()) {
      if (variable.getKey().isEmpty() || variable.getKey().contains("=")) {
        return invalid(
            "env", "A variable is called \"" + variable.getKey() + "\".", "Give it a name.");
      }
      if (hasNul(variable.getKey()) || hasNul(variable.getValue())) {
        return nul("env");
      }
    }
    if (request.workdir().filter(Commands::hasNul).isPresent()) {
      return nul("workdir");
    }
    if (request.user().filter(Commands::hasNul).isPresent()) {
      return nul("user");
    }
    return request
        .timeout()
        .filter(timeout -> !timeout.isPositive() || timeout.compareTo(LONGEST) > 0)
        .flatMap(timeout ->
            invalid(
                "timeout",
                "A timeout of " + timeout + ".",
                "Use more than none, at most 24 hours."));
  }

  static Reply<Records> copyIn(String directory) {
    return path(directory);
  }

  /// @param metadata whether only the item itself is asked for, without its content
  static Reply<Records> copyOut(String path, boolean followLinks, boolean metadata) {
    return path(path)
        .map(records -> records.with("follow", followLinks).with("metadata", metadata));
  }

  private static Reply<Records> path(String path) {
    if (!path.startsWith("/")) {
      return Reply.refused(
          Refusal.invalid("path", "\"" + path + "\" is not absolute.", "Begin it with a slash."));
    }
    return hasNul(path)
        ? Reply.refused(nul("path").orElseThrow())
        : fitting(Records.NONE.with("path", path), "path");
  }

  private static Records with(Records records, String key, Optional<String> value) {
    return value.map(present -> records.with(key, present)).orElse(records);
  }

  private static Reply<Records> fitting(Records records, String field) {
    return records.bytes().length <= MOST_BYTES
        ? Reply.done(records)
        : Reply.refused(
            Refusal.invalid(
                field, "The request is longer than 64 KiB.", "Put what is long into a file."));
  }

  private static boolean hasNul(String text) {
    return text.indexOf('\0') >= 0;
  }

  private static Optional<Refusal> nul(String field) {
    return invalid(field, "It contains a NUL character.", "Leave that out; nothing can carry it.");
  }

  private static Optional<Refusal> invalid(String field, String detail, String remedy) {
    return Optional.of(Refusal.invalid(field, detail, remedy));
  }
}
