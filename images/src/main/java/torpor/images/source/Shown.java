package torpor.images.source;

/// What somebody wrote, as it is said back: short, and without characters that move a cursor.
final class Shown {
  private static final int LONGEST = 200;

  private Shown() {}

  static String text(String written) {
    String plain = written.replaceAll("[\\p{Cntrl}]", "?");
    return plain.length() <= LONGEST ? plain : plain.substring(0, LONGEST) + "…";
  }
}
