package torpor.cli.instance;

import java.util.Locale;
import java.util.random.RandomGenerator;

/// A name for a machine that nobody named: what its image is called, and some letters. Pure but for
/// chance.
final class InventedName {
  private static final String LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LETTERS_DRAWN = 5;
  private static final int LONGEST = 40;

  private InventedName() {}

  /// `nginx-4t9kc` for `docker.io/library/nginx:alpine`.
  static String of(String image, RandomGenerator chance) {
    var name = new StringBuilder(base(image)).append('-');
    for (int i = 0; i < LETTERS_DRAWN; i++) {
      name.append(LETTERS.charAt(chance.nextInt(LETTERS.length())));
    }
    return name.toString();
  }

  private static String base(String image) {
    String last = image.replaceFirst("@.*", "").replaceFirst("/+$", "").replaceFirst(".*/", "");
    String clean =
        last.replaceFirst(":.*", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceFirst("^-", "");
    String shortened = clean.substring(0, Math.min(clean.length(), LONGEST)).replaceFirst("-$", "");
    return shortened.isEmpty() ? "machine" : shortened;
  }
}
