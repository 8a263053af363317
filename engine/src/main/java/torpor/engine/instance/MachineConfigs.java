package torpor.engine.instance;

import torpor.core.definition.JsonText;
import torpor.core.instance.Instance;

/// Says in a runtime's own vocabulary what an instance is to be.
@FunctionalInterface
public interface MachineConfigs {
  JsonText of(Instance instance);
}
