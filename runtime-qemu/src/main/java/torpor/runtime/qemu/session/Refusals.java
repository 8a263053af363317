package torpor.runtime.qemu.session;

import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import torpor.core.instance.InstanceId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;

/// Why something was not done inside an instance.
final class Refusals {
  private Refusals() {}

  static Refusal notRunning(InstanceId id) {
    return Refusal.of(
        RefusalCode.INSTANCE_STATE,
        id + " does not run.",
        "Start, restore or resume it, then ask again.");
  }

  /// @param attempted `run the program`, …
  static Refusal failed(String attempted, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : failure;
    return cause instanceof TimeoutException
        ? refusal(
            attempted,
            "the guest does not answer",
            "See whether the instance has enough processor and memory, then try again.")
        : refusal(
            attempted,
            String.valueOf(cause.getMessage()),
            "See that the instance runs and the request fits it, then try again.");
  }

  static Refusal noSuchPath(String path) {
    return refusal("copy", "there is no " + path, "Name a path that exists in the instance.");
  }

  static Refusal incomplete(String attempted, List<String> messages) {
    return refusal(
        attempted,
        messages.isEmpty() ? "the guest gave up without a word" : messages.getLast(),
        "See the permissions and the space inside the instance.");
  }

  static Refusal refusal(String attempted, String why, String remedy) {
    return Refusal.of(RefusalCode.EXEC_FAILED, "Could not " + attempted + ": " + why + ".", remedy);
  }
}
