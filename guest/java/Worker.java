import java.util.Optional;

/** Example worker: adds up params.steps squares with a checkpoint each, then waits for a signal. */
public final class Worker {
  public static void main(String[] arguments) {
    Torpor torpor = new Torpor(Optional.empty());
    String params = torpor.params();
    int steps = Torpor.field(params, "steps").map(Integer::parseInt).orElse(5);
    long total = 0;
    boolean durable = true;
    for (int step = 1; step <= steps; step++) {
      total += (long) step * step;
      torpor.progress(100.0 * step / steps, "step " + step + " of " + steps);
      durable = durable && checkpoint(torpor, "step-" + step);
      System.out.println("step " + step + ", total " + total);
    }
    Optional<String> wanted = durable ? Torpor.text(params, "signal") : Optional.empty();
    Optional<String> signal =
        wanted.flatMap(name -> torpor.waitSignal("wait", name, Optional.empty()));
    torpor.exit(0, "{\"total\":" + total + ",\"signal\":" + signal.orElse("null") + "}");
  }

  private static boolean checkpoint(Torpor torpor, String token) {
    try {
      torpor.checkpoint(token);
      return true;
    } catch (Torpor.Refused refused) {
      if (!refused.isCheckpointUnsupported()) throw refused;
      System.out.println(refused.getMessage() + " - going on without");
      return false;
    }
  }
}
