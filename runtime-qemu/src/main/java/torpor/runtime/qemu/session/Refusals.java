package torpor.runtime.qemu.session;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import torpor.core.instance.InstanceId;
import torpor.core.refusal.Refusal;
import torpor.core.refusal.RefusalCode;
import torpor.runtime.qemu.agent.GuestException;

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
    if (cause instanceof GuestException refused) {
      Optional<Refusal> known = ofKept(refused.code());
      if (known.isPresent()) {
        return known.get();
      }
    }
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

  /// Why a program cannot be kept or taken up.
  private static Optional<Refusal> ofKept(String guestCode) {
    return switch (guestCode) {
      case "exists" ->
          Optional.of(
              Refusal.ofField(
                  RefusalCode.SESSION_EXISTS,
                  "session",
                  "A program of that name runs, or has ended and was not let go",
                  "Choose another name, as a UUID; or take that one up with an offset."));
      case "not_found" ->
          Optional.of(
              Refusal.ofField(
                  RefusalCode.SESSION_NOT_FOUND,
                  "session",
                  "No program of that name is in the instance",
                  "It has ended, or its machine was started anew. Run it again."));
      case "beyond" ->
          Optional.of(
              Refusal.ofField(
                  RefusalCode.SESSION_OFFSET,
                  "offset",
                  "The program has not written so much; its machine went back to before that",
                  "Take it up from 0: what it still has comes from the oldest on."));
      default -> Optional.empty();
    };
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
