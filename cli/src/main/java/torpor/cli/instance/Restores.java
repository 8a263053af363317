package torpor.cli.instance;

import java.util.Optional;
import torpor.wire.RawJson;
import torpor.wire.WireJson;
import torpor.wire.instance.RestoreRequest;

/// What is sent to restore.
public final class Restores {
  private Restores() {}

  public static String body(Optional<String> snapshot, boolean allowOlder) {
    return WireJson.write(
        new RestoreRequest(
            snapshot.map(Restores::reference),
            allowOlder ? Optional.of(true) : Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  /// A number as such, a name or an id as text.
  public static RawJson reference(String snapshot) {
    return new RawJson(snapshot.matches("[1-9]\\d{0,8}") ? snapshot : WireJson.write(snapshot));
  }
}
