package torpor.core.instance;

import java.util.Locale;

/// The names of the states, for lists, filters and the API.
public enum InstancePhase {
  CREATING,
  STOPPED,
  CREATED,
  RUNNING,
  PAUSED,
  SHUTDOWN,
  STANDBY,
  FAILED,
  DELETED;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
