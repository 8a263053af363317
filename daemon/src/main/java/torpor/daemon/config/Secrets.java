package torpor.daemon.config;

import java.util.regex.Pattern;

/// Hides the secrets in text that people or logs will see.
final class Secrets {
  // Up to the last @ before the path, so that a password with an @ in it is hidden whole.
  private static final Pattern USER_INFO = Pattern.compile("(://[^:/@?]*):[^/?]*@");
  private static final Pattern OPTION =
      Pattern.compile("([?&](?:password|sslpassword)=)[^&]*", Pattern.CASE_INSENSITIVE);

  private Secrets() {}

  static String masked(String url) {
    String withoutUserInfo = USER_INFO.matcher(url).replaceAll("$1:***@");
    return OPTION.matcher(withoutUserInfo).replaceAll("$1***");
  }
}
