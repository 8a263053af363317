package torpor.api.access;

import io.javalin.http.Context;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import torpor.api.http.RefusedException;
import torpor.api.http.Waits;
import torpor.core.refusal.RefusalCode;

/// Lets callers in, or not.
///
/// On a loopback address nothing is asked for, so a web page in a browser on this host must be kept
/// out by other means: it can neither forge the `Host` header (which stops DNS rebinding) nor leave
/// out `Origin` on a request from elsewhere (which stops forms and scripts of other sites).
public final class CallerAccess {
  private static final Pattern LOCAL_HOST =
      Pattern.compile("(?:localhost|127(?:\\.\\d{1,3}){3}|\\[::1])(?::\\d{1,5})?");

  private final ApiKeys keys;
  private final Waits waits;
  private final boolean alwaysKeys;

  /// @param alwaysKeys whether a loopback address asks for a key, too
  public CallerAccess(ApiKeys keys, Waits waits, boolean alwaysKeys) {
    this.keys = keys;
    this.waits = waits;
    this.alwaysKeys = alwaysKeys;
  }

  /// @throws RefusedException where the caller may not
  public void check(Context context) {
    checkNoGuest(context);
    Optional<String> presented = Bearer.of(context);
    if (presented.isPresent()) {
      if (!waits.value(keys.verify(presented.orElseThrow()))) {
        throw refused("The API key is not known here", "Send one that `torpor key list` shows.");
      }
      return;
    }
    switch (Listener.of(context)) {
      case UNIX -> {}
      case LOOPBACK -> {
        if (alwaysKeys) {
          throw keyMissing();
        }
        checkLocal(context);
      }
      case NETWORK, GUEST -> throw keyMissing();
    }
  }

  /// @throws RefusedException where it comes from within a machine
  public void checkNoGuest(Context context) {
    if (Listener.of(context) == Listener.GUEST) {
      throw refused(
          "A program in a machine may only use the API of its own job",
          "Call the daemon over a network that it listens on, with an API key.");
    }
  }

  private static void checkLocal(Context context) {
    String host = Optional.ofNullable(context.header("Host")).orElse("").toLowerCase(Locale.ROOT);
    if (!LOCAL_HOST.matcher(host).matches()) {
      throw refused(
          "The request names a host that is not this one",
          "Call it by localhost or 127.0.0.1, or send an API key.");
    }
    Optional<String> origin = Optional.ofNullable(context.header("Origin"));
    if (origin.isPresent() && !host.equals(authority(origin.orElseThrow()))) {
      throw refused("A web page of another site asks for this", "Send an API key.");
    }
  }

  private static String authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getAuthority())
          .orElse("")
          .toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException _) {
      return "";
    }
  }

  private static RefusedException keyMissing() {
    return refused(
        "This address asks for an API key",
        "Make one on the host with `torpor key create`, and send it as `Authorization: Bearer …`.");
  }

  private static RefusedException refused(String detail, String remedy) {
    return RefusedException.of(RefusalCode.UNAUTHENTICATED, detail, remedy);
  }
}
