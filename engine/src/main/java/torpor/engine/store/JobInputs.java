package torpor.engine.store;

import java.util.Map;
import torpor.core.definition.JsonText;

/// What a job was spawned with; never changes.
public record JobInputs(JsonText params, Map<String, String> env, Map<String, String> metadata) {
  public static final JobInputs NONE = new JobInputs(JsonText.NULL, Map.of(), Map.of());

  public JobInputs {
    env = Map.copyOf(env);
    metadata = Map.copyOf(metadata);
  }
}
