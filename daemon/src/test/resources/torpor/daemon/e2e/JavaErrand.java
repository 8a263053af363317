import java.time.Duration;
import java.util.Optional;

/** Uses what the guest API has for a program that cannot be checkpointed. */
public final class JavaErrand {
  public static void main(String[] arguments) {
    Torpor torpor = new Torpor(Optional.empty());
    torpor.progress(10, "waiting for the signal");
    String signals = "[]";
    while (signals.equals("[]")) {
      signals = Torpor.field(torpor.signals(Duration.ofSeconds(20)), "signals").orElseThrow();
    }
    String lock = torpor.lock(Duration.ofSeconds(30));
    torpor.unlock(lock);
    boolean unsupported = false;
    try {
      torpor.checkpoint("once");
    } catch (Torpor.Refused refused) {
      unsupported = refused.isCheckpointUnsupported();
    }
    torpor.progress(90, "about to exit");
    String job = Torpor.field(torpor.metadata(), "job_id").orElseThrow();
    String who = Torpor.field(torpor.params(), "who").orElseThrow();
    torpor.exit(
        0,
        "{\"who\":%s,\"job\":%s,\"signals\":%s,\"unsupported\":%s}"
            .formatted(who, job, signals, unsupported));
  }
}
