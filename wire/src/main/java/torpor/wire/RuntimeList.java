package torpor.wire;

import java.util.List;

/// Every runtime of the daemon.
public record RuntimeList(List<RuntimeReport> runtimes) {
  public RuntimeList {
    runtimes = List.copyOf(runtimes);
  }
}
