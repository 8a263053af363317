package torpor.runtime.wasm.wasi;

import java.util.List;
import java.util.Map;

/// The arguments (with the program's name first) and environment variables of a guest.
public record GuestEnvironment(List<String> arguments, Map<String, String> variables) {
  public GuestEnvironment {
    arguments = List.copyOf(arguments);
    variables = Map.copyOf(variables);
  }

  List<String> assignments() {
    return variables.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }
}
