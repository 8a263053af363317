package torpor.runtime.process.program;

import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import torpor.core.definition.JsonText;
import torpor.wire.Durations;

/// Writes a program so that [ProgramReader] reads the same one; equal programs, equal text.
public final class ProgramWriter {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ProgramWriter() {}

  public static JsonText write(Program program) {
    ObjectNode root = JSON.createObjectNode();
    program.command().forEach(root.putArray("command")::add);
    if (!program.env().isEmpty()) {
      ObjectNode env = root.putObject("env");
      new TreeMap<>(program.env()).forEach(env::put);
    }
    program.workdir().ifPresent(path -> root.put("workdir", path.toString()));
    if (!program.limits().equals(Limits.NONE)) {
      write(program.limits(), root.putObject("limits"));
    }
    return new JsonText(JSON.writeValueAsString(root));
  }

  private static void write(Limits limits, ObjectNode node) {
    limits.memory().ifPresent(bytes -> node.put("memory", bytes));
    limits.cpuTime().ifPresent(time -> node.put("cpu_time", Durations.format(time)));
    limits.files().ifPresent(count -> node.put("files", count));
    limits.processes().ifPresent(count -> node.put("processes", count));
  }
}
